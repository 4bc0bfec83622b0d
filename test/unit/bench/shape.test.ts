import { expect, test } from 'vitest';
import { makeCough } from '../../../bench/turns/clips/noises.ts';
import {
  joinWithRest,
  mixIn,
  quietestSample,
  toLevel,
  trimToSound,
} from '../../../bench/turns/clips/shape.ts';
import { toDecibels, toRms } from '../../../src/core/pcm.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import { RATE_HZ, tones } from '../talk/signals.ts';

const sampleRateHz = RATE_HZ;
const toMs = (samples: number): number => (samples * 1000) / RATE_HZ;
const spansOf = (pcm: Float32Array) =>
  new Loudness(pcm, RATE_HZ).spans().map(({ startMs, endMs }) => [startMs, endMs].map(Math.round));

test('a clip is cut to its sound, clicks at its edges left out', () => {
  const pcm = tones(4_000, [200, 240], [1_000, 1_600], [2_000, 2_500], [3_500, 3_560]);
  const cut = trimToSound({ pcm, sampleRateHz });
  expect(toMs(cut.length)).toBeCloseTo(1_560, 0);
  expect(spansOf(cut)).toEqual([
    [30, 630],
    [1_030, 1_530],
  ]);
});

test('the level is that of the loud parts, whatever the silence around them', () => {
  const even = toLevel({ pcm: tones(4_000, [1_000, 2_000]), sampleRateHz }, -20);
  const loud = even.subarray(RATE_HZ, 2 * RATE_HZ);
  expect(toDecibels(toRms(loud))).toBeCloseTo(-20, 1);
});

test('a level that would overload is held back by the peak', () => {
  const peaky = tones(1_000, [0, 1_000]);
  peaky[100] = 0.99;
  const even = toLevel({ pcm: peaky, sampleRateHz }, -3);
  expect(Math.max(...even)).toBeCloseTo(0.95, 3);
});

test('a rest goes where it is quietest, and is as long as asked, soft and not dead', () => {
  const pcm = tones(2_000, [0, 900], [1_000, 2_000]);
  const at = quietestSample({ pcm, sampleRateHz });
  expect(toMs(at)).toBeGreaterThan(900);
  expect(toMs(at)).toBeLessThan(1_000);
  const rest = { pauseMs: 600, sampleRateHz, seed: 1 };
  const joined = joinWithRest([pcm.slice(0, at), pcm.slice(at)], rest);
  expect(toMs(joined.length)).toBe(2_600);
  expect(spansOf(joined)).toEqual([
    [0, 900],
    [1_600, 2_600],
  ]);
  const tone = joined.subarray(at + 4_800, at + 24_000);
  expect(toDecibels(toRms(tone))).toBeCloseTo(-62, 0);
});

test('what does not fit is left out', () => {
  const track = new Float32Array(4);
  mixIn(track, Float32Array.of(1, 1, 1), { at: 2, gain: 0.5 });
  expect([...track]).toEqual([0, 0, 0.5, 0.5]);
});

test('a made sound is the same for the same seed, and another for another', () => {
  const cough = makeCough({ seed: 3, sampleRateHz });
  expect(makeCough({ seed: 3, sampleRateHz })).toEqual(cough);
  expect(makeCough({ seed: 4, sampleRateHz })).not.toEqual(cough);
  expect(new Loudness(toLevel({ pcm: cough, sampleRateHz }, -26), RATE_HZ).spans()).not.toEqual([]);
});
