import { expect, test } from 'vitest';
import { FakeVad } from '../../../src/testing/fake-vad.ts';
import { noise } from '../../support/recordings.ts';

test('a list is followed window by window, and its last entry stays', async () => {
  const vad = new FakeVad({ probabilities: [0.1, 0.9] });
  const window = new Float32Array(512);
  expect([await vad.process(window), await vad.process(window), await vad.process(window)]).toEqual(
    [0.1, 0.9, 0.9],
  );
  expect(vad.windowCount).toBe(3);
  vad.reset();
  expect(await vad.process(window)).toBe(0.1);
});

test('a function is asked with the number of the window and its samples', async () => {
  const vad = new FakeVad({
    probabilities: (index, window) => index / 10 + (window[0] ?? 0),
    windowSamples: 160,
  });
  await vad.process(new Float32Array(160));
  expect(await vad.process(new Float32Array(160).fill(0.5))).toBeCloseTo(0.6, 10);
});

test('without a script loudness decides', async () => {
  const vad = new FakeVad();
  expect(await vad.process(noise(32, 0.3))).toBe(0.95);
  expect(await vad.process(noise(32, 0.001))).toBe(0.02);
});
