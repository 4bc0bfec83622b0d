// How alike two renderings are: equal ones, another pitch, another level, a symbol that lasts longer.
import { expect, test } from 'vitest';
import { compareSpectra } from '../../../bench/voices/spectral-likeness.ts';
import { FRAME_SAMPLES } from '../../../bench/voices/whole-speech.ts';

const RATE_HZ = 24_000;

/** A tone for each symbol; `phase` in turns. */
function render(frames: readonly number[], hz: readonly number[], { gain = 0.3, phase = 0 } = {}) {
  const pcm = frames.flatMap((count, symbol) =>
    Array.from(
      { length: count * FRAME_SAMPLES },
      (_, n) => gain * Math.sin(2 * Math.PI * (((hz[symbol] ?? 0) * n) / RATE_HZ + phase)),
    ),
  );
  return { pcm: Float32Array.from(pcm), frames };
}

test('equal renderings are equal', () => {
  const one = render([10, 12], [300, 900]);
  const { correlation, distanceDb, levelDb } = compareSpectra(one, one);
  expect(correlation).toBeCloseTo(1, 6);
  expect(distanceDb).toBe(0);
  expect(levelDb).toBe(0);
});

test('phases do not count, pitches do', () => {
  const one = render([10, 12], [300, 900]);
  const shifted = compareSpectra(one, render([10, 12], [300, 900], { phase: 0.3 }));
  expect(shifted.correlation).toBeGreaterThan(0.98);
  const other = compareSpectra(one, render([10, 12], [600, 2_000]));
  expect(other.correlation).toBeLessThan(0.7);
  expect(other.distanceDb).toBeGreaterThan(shifted.distanceDb);
});

test('a symbol that lasts longer moves nothing after it', () => {
  const hz = [300, 900, 500];
  const [one, longer] = [render([10, 12, 8], hz), render([16, 12, 8], hz)];
  expect(compareSpectra(one, longer).correlation).toBeGreaterThan(0.95);
  const unaligned = { pcm: longer.pcm, frames: one.frames };
  expect(compareSpectra(one, unaligned).correlation).toBeLessThan(0.8);
});

test('tells how much louder the first is', () => {
  const half = render([20], [440], { gain: 0.15 });
  expect(compareSpectra(render([20], [440]), half).levelDb).toBeCloseTo(6.02, 1);
});
