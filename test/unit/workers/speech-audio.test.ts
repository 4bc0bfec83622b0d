import { expect, test } from 'vitest';
import { concatenate } from '../../../src/core/pcm.ts';
import { SpeechAudio } from '../../../workers/engines/speech-audio.ts';

const RATE = 16_000;
const OPTIONS = { sampleRateHz: RATE, pauseMs: 0, voice: 'test' };

/** All of a run in one part. */
function toSpeechAudio(raw: Float32Array, options: typeof OPTIONS) {
  return new SpeechAudio(options).add(raw, true)!;
}

/** A square wave of `length` samples with silence before and after it. */
function tone(
  length: number,
  [before, after]: readonly [number, number],
  amplitude = 0.5,
): Float32Array {
  return Float32Array.from({ length: before + length + after }, (_, i) => {
    if (i < before || i >= before + length) return 0;
    return i % 8 < 4 ? amplitude : -amplitude;
  });
}

test('silence at the edges is trimmed to 5 and 10 ms, and what is left is said where it came from', () => {
  const raw = tone(8000, [3200, 4800]);
  const { pcm, offsetSamples } = toSpeechAudio(raw, OPTIONS);
  expect(pcm.length).toBe(8000 + 80 + 160);
  expect(offsetSamples).toBe(80 - 3200);
  expect(pcm[4000]).toBe(raw[4000 - offsetSamples]);
});

test('a noise floor 45 dB below the speech is trimmed as well', () => {
  const raw = tone(8000, [3200, 4800]).map((sample) => (sample === 0 ? 0.0028 : sample));
  expect(toSpeechAudio(raw, OPTIONS).pcm.length).toBe(8240);
});

test('speech to the very edge stays whole, with its ends faded over 5 ms', () => {
  const raw = new Float32Array(1600).fill(0.5);
  const { pcm } = toSpeechAudio(raw, OPTIONS);
  expect(pcm.length).toBe(1600);
  expect(pcm[0]).toBeCloseTo(0.5 / 80, 6);
  expect(pcm[78]).toBeLessThan(0.5);
  expect(pcm[80]).toBe(0.5);
  expect(pcm[1599]).toBe(0);
  expect(raw[0]).toBe(0.5);
});

test('a pause is put in front', () => {
  const { pcm, offsetSamples } = toSpeechAudio(tone(1600, [0, 0]), { ...OPTIONS, pauseMs: 300 });
  expect(pcm.length).toBe(4800 + 1600);
  expect(offsetSamples).toBe(4800);
  expect(pcm.subarray(0, 4800).every((sample) => sample === 0)).toBe(true);
});

test('a peak over the limit is scaled, not clipped', () => {
  const { pcm } = toSpeechAudio(tone(8000, [0, 0], 1.5), OPTIONS);
  const peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  expect(peak).toBeCloseTo(0.99, 3);
  expect(pcm[4000]).toBeCloseTo(0.99, 5);
});

test('parts follow one another as the whole does, however it is cut', () => {
  const raw = tone(8000, [3200, 4800]);
  const whole = toSpeechAudio(raw, { ...OPTIONS, pauseMs: 100 }).pcm;
  // The first is silence alone, the last but one ends in the middle of the silence at the end.
  for (const cuts of [[1600, 6000], [4000], [3200, 3400, 9000, 11_200]]) {
    const audio = new SpeechAudio({ ...OPTIONS, pauseMs: 100 });
    const bounds = [0, ...cuts, raw.length];
    const parts = bounds
      .slice(1)
      .map((end, i) => audio.add(raw.slice(bounds[i], end), end === raw.length));
    const pcm = concatenate(parts.map((part) => part?.pcm ?? new Float32Array(0)));
    expect(pcm).toEqual(whole);
    if (cuts[0] === 1600) expect(parts[0]).toBeNull();
  }
});

test('a part behind silence says where its own first sample came to lie', () => {
  const audio = new SpeechAudio({ ...OPTIONS, pauseMs: 100 });
  const raw = tone(8000, [3200, 0]);
  expect(audio.add(raw.slice(0, 1600), false)).toBeNull();
  const { pcm, offsetSamples } = audio.add(raw.slice(1600, 6000), false)!;
  // 1,600 of silence are left in front of the tone, 80 of which are kept.
  expect(offsetSamples).toBe(1600 + 80 - 1600);
  expect(pcm[4000]).toBe(raw[1600 + 4000 - offsetSamples]);
});

test('a last part that is silence is faded to, and no more', () => {
  const audio = new SpeechAudio(OPTIONS);
  const raw = tone(8000, [0, 4800]);
  expect(audio.add(raw.slice(0, 9000), false)!.pcm.length).toBe(9000);
  const { pcm } = audio.add(raw.slice(9000), true)!;
  expect(pcm.length).toBe(160);
  expect(pcm[159]).toBe(0);
});

test('silence up to the end is told then', () => {
  const audio = new SpeechAudio(OPTIONS);
  expect(audio.add(new Float32Array(4000), false)).toBeNull();
  expect(() => audio.add(new Float32Array(4000), true)).toThrow('silence');
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
