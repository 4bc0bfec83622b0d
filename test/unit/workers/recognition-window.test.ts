import { expect, test } from 'vitest';
import { RecognitionWindow } from '../../../workers/engines/recognition-window.ts';
import { concatenate, noise, silence } from '../../support/recordings.ts';

const CAPACITY = 16_000 * 60;

function windowOf(...parts: readonly Float32Array[]): RecognitionWindow {
  const window = new RecognitionWindow(CAPACITY);
  window.append(concatenate(...parts));
  return window;
}

test('positions count from the first sample ever appended, also after audio left', () => {
  const window = windowOf(noise(1000, 0.3));
  window.dropBefore(8_001);
  expect([window.start, window.end]).toEqual([8_160, 16_000]);
  expect(window.copy({ start: window.start, end: 16_000 })).toEqual(
    noise(1000, 0.3).subarray(8_160),
  );
  window.append(noise(10, 0.3));
  expect(window.end).toBe(16_160);
});

test('beyond its capacity the oldest quarter goes', () => {
  const window = new RecognitionWindow(16_000);
  expect(window.append(noise(1000, 0.3))).toBe(false);
  expect(window.append(noise(10, 0.3))).toBe(true);
  expect([window.start, window.end]).toEqual([4_160, 16_160]);
});

test('speech is what stands out, whatever the background', () => {
  for (const background of [0, 0.003, 0.02]) {
    const window = windowOf(noise(500, background), noise(800, 0.3, 2), noise(300, background, 3));
    expect(window.speechSpan(window.end)).toEqual({ start: 8_000, end: 20_800 });
    expect(window.trailingQuietSamples()).toBe(4_800);
    expect(window.isQuiet(20_800, window.end)).toBe(true);
    expect(window.isQuiet(20_000, window.end)).toBe(false);
  }
});

test('noise of a silent input is no speech', () => {
  const window = windowOf(noise(1000, 2e-4));
  expect(window.speechSpan(window.end)).toBeNull();
  expect(window.isQuiet(0, window.end)).toBe(true);
});

test('a bang does not make speech quiet', () => {
  const window = windowOf(silence(200), noise(150, 1), noise(1000, 0.02, 2), silence(200));
  expect(window.isQuiet(8_000, 16_000)).toBe(false);
});

test('of several pauses the last one long enough is found, by its middle', () => {
  const window = windowOf(
    noise(1000, 0.3),
    silence(300),
    noise(1000, 0.3, 2),
    silence(200),
    noise(500, 0.3, 3),
    silence(50),
  );
  expect(window.findPause(0, window.end, 3_200)).toBe(16 * (2300 + 100));
  expect(window.findPause(0, window.end, 4_000)).toBe(16 * (1000 + 150));
  expect(window.findPause(0, window.end, 6_000)).toBeNull();
  expect(window.findPause(16 * 1200, 16 * 2000, 3_200)).toBeNull();
});

test('running speech is parted in the middle of its quietest 80 ms', () => {
  const window = windowOf(noise(1000, 0.3), noise(80, 0.05, 2), noise(1000, 0.3, 3));
  expect(window.quietestPoint(0, window.end)).toBe(16 * 1040);
});
