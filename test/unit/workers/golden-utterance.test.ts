import { describe, expect, test } from 'vitest';
import catalog from '../../../public/models/catalog.json' with { type: 'json' };
import {
  compare,
  findFault,
  toGoldenLevels,
  toGoldenLines,
} from '../../../workers/engines/golden-utterance.ts';
import type { GoldenUtterance } from '../../../workers/engines/golden-utterance.ts';
import { KOKORO_GOLDEN } from '../../../workers/engines/kokoro-golden.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from '../../../workers/engines/kokoro-runtime.ts';
import { toBandedNoise } from '../../support/banded-noise.ts';
import { createNoise } from '../../support/noise.ts';

const RATE_HZ = 24_000;

/** Half a second of a tone that rises, swells and fades. */
function sing(fromHz: number): Float32Array {
  return Float32Array.from({ length: 12_000 }, (_, n) => {
    const t = n / RATE_HZ;
    return (
      0.5 * Math.sin(2 * Math.PI * t * 2) ** 2 * Math.sin(2 * Math.PI * t * (fromHz + 600 * t))
    );
  });
}

const pcm = sing(300);
const toGolden = (sound: Float32Array): GoldenUtterance => ({
  weightsSha256: 'weights',
  ...{ symbols: 'la', voice: 'v', speed: 1, sampleRateHz: RATE_HZ, samples: sound.length },
  levels: toGoldenLevels(sound, RATE_HZ),
  lines: toGoldenLines(sound),
});
const golden = toGolden(pcm);

test('the same sound passes, also with other phases and one frame later', () => {
  expect(findFault(pcm, golden)).toBeNull();
  expect(
    findFault(
      pcm.map((sample) => -sample),
      golden,
    ),
  ).toBeNull();
  expect(compare(pcm, golden).likeness).toBeGreaterThan(0.99);
});

test.for<[name: string, pcm: Float32Array, fault: RegExp]>([
  ['noise', Float32Array.from({ length: pcm.length }, createNoise(3)), /likeness|level/u],
  ['silence', new Float32Array(pcm.length), /likeness|level/u],
  ['another tune', sing(2_500), /likeness|level/u],
  ['the right sound backwards', pcm.map((_, n) => 0.6 * pcm[pcm.length - 1 - n]!), /likeness/u],
  ['half of it', pcm.slice(0, 6_000), /6000 samples instead of 12000/u],
  ['no numbers', pcm.map((sample, n) => (n === 700 ? NaN : sample)), /no numbers/u],
  ['no end', pcm.map((sample, n) => (n === 700 ? Infinity : sample)), /no numbers/u],
])('%s fails', ([, rendered, fault]) => {
  expect(findFault(rendered, golden)).toMatch(fault);
});

/** A second of a voice: harmonics of a pitch that falls, under two formants that move, beside some breath. */
function speak(fromHz: number): Float32Array {
  const breath = createNoise(7);
  return Float32Array.from({ length: RATE_HZ }, (_, n) => {
    const t = n / RATE_HZ;
    const pitchHz = fromHz - 20 * t;
    let sum = 0.001 * breath();
    for (let harmonic = 1; harmonic * pitchHz < 7_000; harmonic += 1) {
      const hertz = harmonic * pitchHz;
      const swell =
        Math.exp(-(((hertz - 500 - 300 * t) / 400) ** 2)) +
        0.3 * Math.exp(-(((hertz - 1_800 + 500 * t) / 700) ** 2));
      sum += 0.05 * swell * Math.sin(2 * Math.PI * harmonic * (fromHz - 10 * t) * t);
    }
    return sum;
  });
}

describe('lines of the spectrum', () => {
  const voice = speak(220);
  const of = toGolden(voice);

  test('noise with the same levels of bands is refused by them alone', () => {
    const noise = toBandedNoise(voice, RATE_HZ);
    const { likeness, louderDb, lineLikeness } = compare(noise, of);
    expect(likeness).toBeGreaterThan(0.99);
    expect(Math.abs(louderDb)).toBeLessThan(1);
    expect(lineLikeness).toBeLessThan(0.4);
    // As if the levels were right to the last: the lines tell.
    const levels = toGoldenLevels(noise, RATE_HZ);
    expect(findFault(noise, { ...of, levels })).toMatch(/^lines: likeness 0\.[0-3]/u);
  });

  test('another pitch under the same formants is refused', () => {
    const other = speak(250);
    expect(findFault(other, { ...of, levels: toGoldenLevels(other, RATE_HZ) })).toMatch(/^lines/u);
  });

  test('what rounding to 16-bit floats does to them passes', () => {
    const rounded = voice.map((sample) => {
      const step = 2 ** (Math.floor(Math.log2(Math.abs(sample) + 1e-30)) - 10);
      return Math.round(sample / step) * step;
    });
    expect(rounded).not.toEqual(voice);
    expect(findFault(rounded, of)).toBeNull();
    expect(compare(rounded, of).lineLikeness).toBeGreaterThan(0.99);
  });

  test('a pitch that drifted by 0.1 % moves them little', () => {
    expect(compare(speak(220.2), of).lineLikeness).toBeGreaterThan(0.97);
  });

  test('are not looked at where it is quiet', () => {
    const quiet = toGolden(voice.map((sample, n) => (n < 12_000 ? sample * 1e-5 : sample)));
    expect(quiet.lines.slice(0, 18).join('')).toBe('');
    expect(quiet.lines.at(-1)).toHaveLength(124);
  });
});

test("Kokoro's was made from the weights of the catalogue", () => {
  const files = catalog.models.find(({ id }) => id === KOKORO_MODEL_ID)!.files;
  const weights = files.find(({ name }) => name === KOKORO_MODEL_FILE)!;
  expect(KOKORO_GOLDEN.weightsSha256).toBe(weights.sha256);
});
