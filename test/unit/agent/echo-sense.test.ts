import { expect, test } from 'vitest';
import { EchoSense } from '../../../src/agent/echo-sense.ts';
import { DEFAULT_ECHO } from '../../../src/agent/options.ts';
import { FakeAudioOutput } from '../../../src/testing/fake-audio-output.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const WINDOW_MS = 32;
const SPEECH_HZ = 16_000;

/** Syllables of noise: what an envelope can be known by. */
function syllables(lengthMs: number): Float32Array {
  const pcm = new Float32Array((SPEECH_HZ * lengthMs) / 1_000);
  let seed = 7;
  let level = 0;
  for (let index = 0; index < pcm.length; index += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    if (index % 1_280 === 0) level = (seed / 2 ** 32) ** 2;
    pcm[index] = (seed / 2 ** 31 - 1) * level * 0.5;
  }
  return pcm;
}

/** Plays to the guard and gives it back `delayMs` later, half as loud; returns its verdicts. */
async function listen(guard: 'on' | 'off'): Promise<string[]> {
  const clock = new ManualClock();
  const speaker = new FakeAudioOutput({ clock, sampleRateHz: SPEECH_HZ });
  const sense = new EchoSense({ ...DEFAULT_ECHO, guard });
  const output = sense.tap(speaker.output);
  const voice = syllables(8_000);
  output.startGeneration(1);
  void output.write(voice, { signal: new AbortController().signal });
  const verdicts: string[] = [];
  for (let startMs = 0; startMs < 7_000; startMs += WINDOW_MS) {
    await clock.advance(WINDOW_MS);
    const from = Math.round((startMs - 120) * 16);
    const pcm = Float32Array.from({ length: 512 }, (_, index) => (voice[from + index] ?? 0) / 2);
    verdicts.push(sense.judge({ startMs, pcm }));
  }
  return verdicts;
}

test('what comes back of the output is known for its echo', async () => {
  const verdicts = await listen('on');
  expect(verdicts.slice(-100).filter((verdict) => verdict !== 'echo').length).toBeLessThanOrEqual(
    3,
  );
});

test('switched off it judges nothing', async () => {
  expect(new Set(await listen('off'))).toEqual(new Set(['clear']));
});

test('the same output is tapped once', () => {
  const sense = new EchoSense(DEFAULT_ECHO);
  const { output } = new FakeAudioOutput();
  expect(sense.tap(output)).toBe(sense.tap(output));
});
