import { expect, test } from 'vitest';
import { createAbortReason } from '../../../src/core/abort.ts';
import type { AudioInput } from '../../../src/core/contracts/audio-io.ts';
import type { VadEngine } from '../../../src/core/contracts/vad.ts';
import { Ears } from '../../../src/agent/ears.ts';

const QUANTUM = 128;
const WINDOW_SAMPLES = 512;

interface Stretch {
  /** Context frame of its first sample. */
  readonly from: number;
  readonly samples: number;
}

interface Heard {
  readonly endsMs: number[];
  /** What was waited for, and the context frame of the last sample it came to. */
  readonly waits: { readonly count: number; readonly lastFrame: number }[];
}

/** Lets ears hear the stretches, with nothing between them; where the first begins shows when it is there. */
async function listen(sampleRateHz: number, stretches: readonly Stretch[]): Promise<Heard> {
  const end = new AbortController();
  const heard: Heard = { endsMs: [], waits: [] };
  const left = stretches.map((stretch) => ({ ...stretch }));
  let isKnown = false;
  const input: AudioInput = {
    sampleRateHz,
    stats: { readSamples: 0, lostSamples: 0 },
    get positionSamples() {
      return isKnown ? (left[0]?.from ?? 0) : 0;
    },
    availableSamples: 0,
    read(into) {
      const head = left[0]!;
      const count = Math.min(into.length, head.samples);
      head.from += count;
      head.samples -= count;
      return count;
    },
    async waitForSamples(count) {
      isKnown = true;
      if (left[0]?.samples === 0) left.shift();
      const head = left[0];
      if (head === undefined) end.abort(createAbortReason('all was heard'));
      end.signal.throwIfAborted();
      heard.waits.push({ count, lastFrame: head!.from + count - 1 });
    },
    dispose: () => undefined,
  };
  const onWindow = ({ endMs }: { endMs: number }): void => void heard.endsMs.push(endMs);
  const ears = new Ears({ input, vad, onWindow });
  ears.setListening(true);
  await expect(ears.run(end.signal)).rejects.toThrow('all was heard');
  return heard;
}

const vad: VadEngine = {
  info: { name: 'fake', stage: 'vad', modelIds: [], backend: 'js', threads: 1 },
  sampleRateHz: 16_000,
  windowSamples: WINDOW_SAMPLES,
  process: async () => 0,
  reset: () => undefined,
  dispose: async () => undefined,
};

test('time starts where the first block says, not where the reader guessed', async () => {
  const { endsMs } = await listen(16_000, [{ from: 16_000, samples: 2_000 }]);
  // 1,127 is the last sample of a quantum; the one after the window is needed too.
  expect(endsMs[0]).toBe((16_000 + 127 + 512) / 16);
  expect(endsMs[1]! - endsMs[0]!).toBe(32);
});

test('what was lost between two reads moves time on', async () => {
  const { endsMs } = await listen(16_000, [
    { from: 0, samples: 1_300 },
    { from: 32_000, samples: 1_300 },
  ]);
  const first = 639 / 16;
  const expected = [first, first + 32, 2_000 + first, 2_000 + first + 32];
  expect(endsMs).toHaveLength(4);
  for (const [index, endMs] of expected.entries()) expect(endsMs[index]).toBeCloseTo(endMs, 6);
});

test('at 48 kHz a window waits for no quantum after the one that holds its last sample', async () => {
  const { endsMs, waits } = await listen(48_000, [{ from: 12_800, samples: 20_000 }]);
  const whole = waits.slice(1, endsMs.length);
  expect(whole.map(({ count }) => count)).toEqual(whole.map(() => 1_536));
  for (const [index, { lastFrame }] of whole.entries()) {
    expect((lastFrame + 1) % QUANTUM).toBe(0);
    const lastSample = endsMs[index + 1]! * 48 - 1;
    expect(Math.floor(lastSample / QUANTUM)).toBe(Math.floor(lastFrame / QUANTUM));
  }
  expect(whole.length).toBeGreaterThan(8);
});

test('at 44.1 kHz no sample is waited for that the window does not need', async () => {
  const { endsMs, waits } = await listen(44_100, [{ from: 0, samples: 44_100 }]);
  const counts = new Set(waits.slice(1, endsMs.length).map(({ count }) => count));
  expect([...counts].sort()).toEqual([1_411, 1_412]);
});
