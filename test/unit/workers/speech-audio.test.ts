import { expect, test } from 'vitest';
import { findSpeech, toSpeechAudio } from '../../../workers/engines/speech-audio.ts';

const RATE = 16_000;
const OPTIONS = { sampleRateHz: RATE, pauseMs: 0, voice: 'test' };

/** A tone of `length` samples with `silence` before and after it. */
function tone(length: number, silence: readonly [number, number], amplitude = 0.5): Float32Array {
  const [before, after] = silence;
  const pcm = new Float32Array(before + length + after);
  for (let i = 0; i < length; i += 1) pcm[before + i] = amplitude * Math.sin(i * 0.3);
  return pcm;
}

test('silence at the edges is trimmed to 10 ms', () => {
  const raw = tone(8000, [3200, 4800]);
  expect(findSpeech(raw, RATE)).toEqual({ start: 3200 - 160, end: 11_200 + 160 });
  expect(toSpeechAudio(raw, OPTIONS).length).toBe(8000 + 320);
});

test('a noise floor 50 dB below the speech is trimmed as well', () => {
  const raw = tone(8000, [3200, 4800]);
  for (let i = 0; i < raw.length; i += 1) raw[i] = (raw[i] ?? 0) + (i % 2 === 0 ? 1 : -1) * 0.0015;
  expect(findSpeech(raw, RATE)).toEqual({ start: 3040, end: 11_360 });
});

test('speech to the very edge stays whole, with its ends faded over 5 ms', () => {
  const raw = new Float32Array(1600).fill(0.5);
  const pcm = toSpeechAudio(raw, OPTIONS);
  expect(pcm.length).toBe(1600);
  expect(pcm[0]).toBeCloseTo(0.5 * (0.5 - 0.5 * Math.cos((Math.PI * 0.5) / 80)), 6);
  expect(pcm[79]).toBeLessThan(0.5);
  expect(pcm[80]).toBe(0.5);
  expect(pcm[1599]).toBeCloseTo(pcm[0]!, 6);
  expect(raw[0]).toBe(0.5);
});

test('a pause is put in front', () => {
  const pcm = toSpeechAudio(tone(1600, [0, 0]), { ...OPTIONS, pauseMs: 300 });
  expect(pcm.length).toBe(4800 + 1600);
  expect(pcm.subarray(0, 4800).every((sample) => sample === 0)).toBe(true);
});

test('a peak over the limit is scaled, not clipped', () => {
  const pcm = toSpeechAudio(tone(8000, [0, 0], 1.5), OPTIONS);
  const peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(peak).toBeCloseTo(0.99, 3);
  expect(pcm[4000]! / tone(8000, [0, 0], 1.5)[4000]!).toBeCloseTo(0.99 / 1.5, 3);
});

test.each([
  ['no samples', new Float32Array(0)],
  ['silence', new Float32Array(4000)],
  ['NaN', tone(1000, [0, 0]).fill(Number.NaN, 500, 501)],
  ['infinity', tone(1000, [0, 0]).fill(Number.POSITIVE_INFINITY, 500, 501)],
])('%s is a failed synthesis', (_name, raw) => {
  expect(() => toSpeechAudio(raw, OPTIONS)).toThrow(
    expect.objectContaining({
      code: 'synthesis-failed',
      details: expect.objectContaining({ voice: 'test' }) as object,
    }) as Error,
  );
});
