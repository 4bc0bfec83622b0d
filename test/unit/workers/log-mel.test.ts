import { expect, test } from 'vitest';
import { LogMel, LOG_MEL_SHAPE } from '../../../workers/engines/log-mel.ts';
import { assembleClip, largestError, NOISE_CASES } from '../../support/log-mel-cases.ts';
import { noise, silence } from '../../support/recordings.ts';

const [bands, frames] = LOG_MEL_SHAPE;
const noRecordings = async (): Promise<never> => {
  throw new Error('Node has no recordings.');
};

test.each(NOISE_CASES)('$name: features are those of the reference', async (clip) => {
  const pcm = await assembleClip(clip, noRecordings);
  expect(pcm.length).toBe(clip.samples);
  const features = new LogMel().compute(pcm);
  expect(features).toHaveLength(bands * frames);
  expect(largestError(clip, features)).toBeLessThan(1e-3);
});

test('a call leaves nothing behind for the next, shorter one', async () => {
  const short = noise(900, 0.3);
  const used = new LogMel();
  used.compute(noise(9_000, 1, 5));
  expect(used.compute(short)).toEqual(new LogMel().compute(short));
});

test('fewer frames are the last of all of them, however much was heard', () => {
  for (const ms of [500, 3_000, 8_000]) {
    const pcm = noise(ms, 0.4);
    const all = new LogMel().compute(pcm);
    const last = Array.from({ length: bands }, (_, band) => [
      ...all.subarray(band * frames + 500, (band + 1) * frames),
    ]).flat();
    expect([...new LogMel({ frames: 300 }).compute(pcm)]).toEqual(last);
  }
});

test('silence, and nothing at all, is the smallest power everywhere: (log10(1e-10) + 4) / 4', () => {
  const logMel = new LogMel();
  for (const pcm of [silence(8_000), silence(500), new Float32Array(0)]) {
    expect(new Set(logMel.compute(pcm))).toEqual(new Set([-1.5]));
  }
});

test('what lies before the last 8 s does not matter', () => {
  const pcm = noise(9_000, 0.5);
  const last = pcm.slice(-128_000);
  expect(new LogMel().compute(pcm)).toEqual(new LogMel().compute(last));
});

test('a tone of 1 kHz fills the band around 1 kHz, and the beginning of the window stays silent', () => {
  const tone = silence(4_000).map((_, i) => Math.sin((2 * Math.PI * 1_000 * i) / 16_000));
  const features = new LogMel().compute(tone);
  const bandsAt = (frame: number): number[] =>
    Array.from({ length: bands }, (_, band) => features[band * frames + frame]!);
  const loud = bandsAt(600);
  // 15 mel of 45.2 in all, over 81 corners.
  expect(loud.indexOf(Math.max(...loud))).toBe(26);
  expect(Math.max(...bandsAt(300))).toBe(Math.min(...features));
});
