import { expect, test } from 'vitest';
import { placeClip } from '../../../talk/report/placement.ts';
import { noise, RATE_HZ } from './signals.ts';

/** Noise with slow swells, as speech has: a flat one correlates as well, but is not the case at hand. */
function makeClip(): Float32Array {
  return noise(RATE_HZ, { seed: 3, amplitude: 0.3 }).map(
    (sample, index) => smooth(index) * sample + 0.2 * Math.sin(index / 40 + smooth(index)),
  );
}

function smooth(index: number): number {
  return 0.5 + 0.5 * Math.sin((2 * Math.PI * index) / 9_000);
}

function record(clip: Float32Array, atSample: number, gain: number): Float32Array {
  const recording = noise(4 * RATE_HZ, { seed: 11, amplitude: 0.005 });
  clip.forEach((sample, index) => {
    recording[atSample + index] = (recording[atSample + index] ?? 0) + gain * sample;
  });
  return recording;
}

test('a clip is found to the sample at another level, in noise', () => {
  const clip = makeClip();
  const placement = placeClip(clip, record(clip, 61_237, 0.25), {
    sampleRateHz: RATE_HZ,
    fromMs: 0,
    toMs: 4_000,
  });
  expect(placement?.startMs).toBe((61_237 * 1000) / RATE_HZ);
  expect(placement?.correlation).toBeGreaterThan(0.95);
});

test('a clip that is not there, or is silent, is not found', () => {
  const search = { sampleRateHz: RATE_HZ, fromMs: 0, toMs: 4_000 };
  const other = noise(4 * RATE_HZ, { seed: 5, amplitude: 0.3 });
  expect(placeClip(makeClip(), other, search)).toBeNull();
  expect(placeClip(new Float32Array(RATE_HZ), other, search)).toBeNull();
});

test('a clip outside the searched stretch is not found', () => {
  const clip = makeClip();
  const search = { sampleRateHz: RATE_HZ, fromMs: 0, toMs: 500 };
  expect(placeClip(clip, record(clip, 61_237, 1), search)).toBeNull();
});

test('the loudest stretch stands for a long clip', () => {
  const clip = new Float32Array(3 * RATE_HZ);
  clip.set(makeClip(), 1.5 * RATE_HZ);
  const recording = record(clip.subarray(0, 2.5 * RATE_HZ), 12_000, 1);
  const placement = placeClip(clip.subarray(0, 2.5 * RATE_HZ), recording, {
    sampleRateHz: RATE_HZ,
    fromMs: 0,
    toMs: 1_000,
  });
  expect(placement?.startMs).toBe(250);
});
