// Noise that has the band levels of a sound, as a broken generator might make it. For tests, in Node or in a browser.
import { FourierTransform } from '../../workers/engines/fourier.ts';
import { createNoise } from './noise.ts';

/** Those of the golden utterance: it is made to pass by them. */
const WINDOW_SAMPLES = 1_024;
const FRAME_SAMPLES = 600;
const LOWEST_HZ = 100;
const OCTAVES = Math.log2(8_000 / LOWEST_HZ);
const BANDS = 12;
/** Windows overlap, so that each change of one changes the next: it takes turns to come near all of them. */
const TURNS = 200;

const WINDOW = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_SAMPLES),
);

/** As long as `pcm`; nothing outside the bands. Always the same for the same sound. */
export function toBandedNoise(pcm: Float32Array, sampleRateHz: number): Float32Array {
  const edges = Array.from({ length: BANDS + 1 }, (_, band) =>
    Math.round((LOWEST_HZ * 2 ** ((OCTAVES * band) / BANDS) * WINDOW_SAMPLES) / sampleRateHz),
  );
  const transform = new FourierTransform(WINDOW_SAMPLES);
  const wanted = framesOf(pcm, transform, () => bandPowers(transform, edges));
  let noise = Float32Array.from({ length: pcm.length }, createNoise(11));
  for (let turn = 0; turn < TURNS; turn += 1) {
    const sum = new Float64Array(pcm.length + WINDOW_SAMPLES);
    const weight = new Float64Array(sum.length);
    framesOf(noise, transform, (start, index) => {
      shape(transform, { edges, wanted: wanted[index]! });
      // The transform of the conjugate, of which only the real part is kept, is the way back.
      transform.run();
      for (let n = 0; n < WINDOW_SAMPLES; n += 1) {
        sum[start + n]! += (transform.samples.re[n]! / WINDOW_SAMPLES) * WINDOW[n]!;
        weight[start + n]! += WINDOW[n]! ** 2;
      }
    });
    noise = noise.map((_, n) => sum[n]! / Math.max(weight[n]!, 1e-9));
  }
  return noise;
}

function framesOf<T>(
  pcm: Float32Array,
  transform: FourierTransform,
  look: (start: number, index: number) => T,
): T[] {
  const found: T[] = [];
  for (let start = 0; start + FRAME_SAMPLES <= pcm.length; start += FRAME_SAMPLES) {
    const { re, im } = transform.samples;
    for (let n = 0; n < WINDOW_SAMPLES; n += 1) re[n] = (pcm[start + n] ?? 0) * WINDOW[n]!;
    im.fill(0);
    transform.run();
    found.push(look(start, found.length));
  }
  return found;
}

function bandPowers({ samples: { re, im } }: FourierTransform, edges: readonly number[]): number[] {
  return edges.slice(1).map((_, band) => {
    let power = 0;
    for (let step = edges[band]!; step < endOf(edges, band); step += 1) {
      power += re[step]! ** 2 + im[step]! ** 2;
    }
    return power;
  });
}

/** The narrowest bands have one step. */
const endOf = (edges: readonly number[], band: number): number =>
  Math.max(edges[band]! + 1, edges[band + 1]!);

/** Gives each band its power; leaves the conjugate of that in the transform. */
function shape(
  transform: FourierTransform,
  { edges, wanted }: { edges: readonly number[]; wanted: readonly number[] },
): void {
  const { re, im } = transform.samples;
  const powers = bandPowers(transform, edges);
  const gains = new Float64Array(WINDOW_SAMPLES);
  for (const [band, power] of powers.entries()) {
    const gain = Math.sqrt(wanted[band]! / (power + 1e-20));
    for (let step = edges[band]!; step < endOf(edges, band); step += 1) {
      gains[step] = gain;
      gains[WINDOW_SAMPLES - step] = gain;
    }
  }
  for (let step = 0; step < WINDOW_SAMPLES; step += 1) {
    re[step]! *= gains[step]!;
    im[step]! *= -gains[step]!;
  }
}
