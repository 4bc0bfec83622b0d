import { expect, test } from 'vitest';
import catalog from '../../../public/models/catalog.json' with { type: 'json' };
import { compare, findFault, toGoldenLevels } from '../../../workers/engines/golden-utterance.ts';
import type { GoldenUtterance } from '../../../workers/engines/golden-utterance.ts';
import { KOKORO_GOLDEN } from '../../../workers/engines/kokoro-golden.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from '../../../workers/engines/kokoro-runtime.ts';
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
const golden: GoldenUtterance = {
  weightsSha256: 'weights',
  ...{ symbols: 'la', voice: 'v', speed: 1, sampleRateHz: RATE_HZ, samples: pcm.length },
  levels: toGoldenLevels(pcm, RATE_HZ),
};

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

test("Kokoro's was made from the weights of the catalogue", () => {
  const files = catalog.models.find(({ id }) => id === KOKORO_MODEL_ID)!.files;
  const weights = files.find(({ name }) => name === KOKORO_MODEL_FILE)!;
  expect(KOKORO_GOLDEN.weightsSha256).toBe(weights.sha256);
});
