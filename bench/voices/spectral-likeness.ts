// How alike two renderings of the same symbols sound, symbol by symbol, whatever their phases. Pure.
import { correlate, meanOf } from '../../src/core/correlation.ts';
import { toRms } from '../../src/core/pcm.ts';
import { FourierTransform } from '../../workers/engines/fourier.ts';
import { createMelFilters } from '../../workers/engines/mel-filters.ts';
import { FRAME_SAMPLES } from './whole-speech.ts';

/** One rendering: samples, and how many frames of {@link FRAME_SAMPLES} each symbol lasts. */
export interface Rendering {
  readonly pcm: Float32Array;
  readonly frames: readonly number[];
}

export interface SpectralLikeness {
  /** Of band levels in dB about their mean: 1 for equal ones. */
  readonly correlation: number;
  /** Mean difference of band levels, dB. */
  readonly distanceDb: number;
  /** Level of the first over the second, dB. */
  readonly levelDb: number;
}

const SAMPLE_RATE_HZ = 24_000;
const WINDOW_SAMPLES = 1_024;
const BANDS = 60;
/** Bands further than this below the loudest are silence. */
const RANGE_DB = 60;

const filters = createMelFilters({
  filters: BANDS,
  bins: WINDOW_SAMPLES / 2 + 1,
  sampleRateHz: SAMPLE_RATE_HZ,
});
const transform = new FourierTransform(WINDOW_SAMPLES);

/** Frames of a symbol that only the longer of the two has are left out. */
export function compareSpectra(left: Rendering, right: Rendering): SpectralLikeness {
  const pairs = alignedFrames(left.frames, right.frames);
  const a = pairs.map(([frame]) => toBandLevels(left.pcm, frame));
  const b = pairs.map(([, frame]) => toBandLevels(right.pcm, frame));
  const [first, second] = [withFloor(a.flat()), withFloor(b.flat())];
  const differences = first.map((level, index) => Math.abs(level - (second[index] ?? 0)));
  return {
    correlation: correlate(first, second),
    distanceDb: meanOf(differences),
    levelDb: 20 * Math.log10(toRms(left.pcm) / toRms(right.pcm)),
  };
}

/** Indices of frames that lie at the same place of the same symbol. */
function alignedFrames(left: readonly number[], right: readonly number[]): [number, number][] {
  let [at, other] = [0, 0];
  return left.flatMap((count, symbol) => {
    const otherCount = right[symbol] ?? 0;
    const pairs = Array.from({ length: Math.min(count, otherCount) }, (_, k): [number, number] => [
      at + k,
      other + k,
    ]);
    at += count;
    other += otherCount;
    return pairs;
  });
}

/** Levels of the bands about the middle of a frame, dB. */
function toBandLevels(pcm: Float32Array, frame: number): number[] {
  const start = Math.round((frame + 0.5) * FRAME_SAMPLES - WINDOW_SAMPLES / 2);
  const { re, im } = transform.samples;
  for (let n = 0; n < WINDOW_SAMPLES; n += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_SAMPLES);
    re[n] = (pcm[start + n] ?? 0) * window;
    im[n] = 0;
  }
  transform.run();
  return filters.map(({ firstBin, weights }) => {
    let sum = 1e-12;
    for (const [offset, weight] of weights.entries()) {
      const bin = firstBin + offset;
      sum += weight * ((re[bin] ?? 0) ** 2 + (im[bin] ?? 0) ** 2);
    }
    return 10 * Math.log10(sum);
  });
}

function withFloor(levels: readonly number[]): number[] {
  const floor = levels.reduce((most, level) => Math.max(most, level), -Infinity) - RANGE_DB;
  return levels.map((level) => Math.max(level, floor));
}
