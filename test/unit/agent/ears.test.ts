import { expect, test } from 'vitest';
import { createAbortReason } from '../../../src/core/abort.ts';
import type { AudioInput } from '../../../src/core/contracts/audio-io.ts';
import type { VadEngine } from '../../../src/core/contracts/vad.ts';
import { Ears } from '../../../src/agent/ears.ts';

const BLOCK_SAMPLES = 160;

/** Gives one block per index, then aborts: the position is that of the next block once it is known. */
function createInput(indices: readonly number[], end: AbortController): AudioInput {
  const blocks = [...indices];
  let positionSamples = 0;
  return {
    sampleRateHz: 16_000,
    stats: { readSamples: 0, lostSamples: 0 },
    get positionSamples() {
      return positionSamples;
    },
    availableSamples: 0,
    read: (into) => {
      positionSamples += into.length;
      return into.length;
    },
    waitForSamples: async () => {
      const next = blocks.shift();
      if (next === undefined) end.abort(createAbortReason('no more blocks'));
      end.signal.throwIfAborted();
      positionSamples = next ?? positionSamples;
    },
    dispose: () => undefined,
  };
}

const vad: VadEngine = {
  info: { name: 'fake', stage: 'vad', modelIds: [], backend: 'js', threads: 1 },
  sampleRateHz: 16_000,
  windowSamples: BLOCK_SAMPLES,
  process: async () => 0,
  reset: () => undefined,
  dispose: async () => undefined,
};

async function windowEndsMs(indices: readonly number[]): Promise<number[]> {
  const end = new AbortController();
  const ends: number[] = [];
  const input = createInput(indices, end);
  const ears = new Ears({ input, vad, onWindow: ({ endMs }) => ends.push(endMs) });
  ears.setListening(true);
  await expect(ears.run(end.signal)).rejects.toThrow('no more blocks');
  return ends;
}

// The resampler holds the first samples back: the first window is complete a block later.
test('time starts where the first block says, not where the reader guessed', async () => {
  const from = 16_000;
  const indices = [0, 1, 2, 3].map((block) => from + block * BLOCK_SAMPLES);
  expect((await windowEndsMs(indices))[0]).toBe(1_010);
});

test('what was lost between two reads moves time on', async () => {
  const before = [0, 1, 2].map((block) => block * BLOCK_SAMPLES);
  const after = [0, 1, 2].map((block) => 32_000 + block * BLOCK_SAMPLES);
  const ends = await windowEndsMs([...before, ...after]);
  expect(ends[0]).toBe(10);
  expect(ends.at(-1)).toBeGreaterThan(2_000);
});
