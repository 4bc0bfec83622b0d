// A phrase whose sound is known: a voice must say it right before it is trusted. Pure; in any worker.
import { correlate, meanOf } from '../../src/core/correlation.ts';
import { FourierTransform } from './fourier.ts';

/** A phrase and how it sounds, as the levels of bands over time. */
export interface GoldenUtterance {
  /** Of the file with the weights that it was made from. */
  readonly weightsSha256: string;
  /** In the voice's own symbols. */
  readonly symbols: string;
  readonly voice: string;
  readonly speed: number;
  readonly sampleRateHz: number;
  readonly samples: number;
  /** A row for each frame, a character for each band: 0 to 9, a to z, 2 dB each, 0 for {@link FLOOR_DB} and less. */
  readonly levels: readonly string[];
}

/** 25 ms at 24 kHz: what Kokoro counts durations in. */
const FRAME_SAMPLES = 600;
const WINDOW_SAMPLES = 1_024;
/** Of bands, each as wide in octaves. Speech has little above, and below is no voice. */
const RANGE_HZ = { from: 100, to: 8_000 } as const;
const BANDS = 12;
const FLOOR_DB = -80;
const STEP_DB = 2;
const STEPS = 36;

/**
 * The graph that the levels were taken from has a likeness of 0.9996 to them (they are rounded), also with the results
 * of all its convolutions rounded to 16-bit floats. With one layer of Kokoro garbled it has 0.9989 at most, where that
 * can be heard in the levels at all: docs/voices.md has the figures.
 */
const LIMITS = { likeness: 0.999, lengthFrames: 2, levelDb: 1 } as const;

/** What `levels` of a golden utterance are. */
export function toGoldenLevels(pcm: Float32Array, sampleRateHz: number): string[] {
  const toCharacter = (levelDb: number): string =>
    Math.min(STEPS - 1, Math.round((levelDb - FLOOR_DB) / STEP_DB)).toString(STEPS);
  return toLevelsDb(pcm, sampleRateHz).map((frame) => frame.map(toCharacter).join(''));
}

/** What is wrong with a rendering of the utterance, in words for a log; null when it sounds as it should. */
export function findFault(pcm: Float32Array, golden: GoldenUtterance): string | null {
  if (!pcm.every(Number.isFinite)) return 'samples are no numbers';
  const moved = Math.abs(pcm.length - golden.samples) / FRAME_SAMPLES;
  if (moved > LIMITS.lengthFrames) return `${pcm.length} samples instead of ${golden.samples}`;
  const { likeness, louderDb } = compare(pcm, golden);
  if (Math.abs(louderDb) > LIMITS.levelDb) return `level off by ${louderDb.toFixed(1)} dB`;
  return likeness < LIMITS.likeness ? `likeness ${likeness.toFixed(4)}` : null;
}

/** How alike the levels are, 1 for the same sound and about 0 for noise, and how much louder on average. */
export function compare(
  pcm: Float32Array,
  golden: GoldenUtterance,
): { likeness: number; louderDb: number } {
  const wanted: number[] = [];
  const got: number[] = [];
  const isSilent = (levelsDb: readonly number[]): boolean =>
    levelsDb.every((levelDb) => levelDb < FLOOR_DB + STEP_DB);
  const heard = toLevelsDb(pcm, golden.sampleRateHz);
  for (const [index, row] of golden.levels.entries()) {
    const expectedDb = Array.from(row, toLevelDb);
    const heardDb = heard[index] ?? [];
    // Where both are silent there is nothing to compare, and all silence is alike.
    if (heardDb.length === 0 || (isSilent(expectedDb) && isSilent(heardDb))) continue;
    wanted.push(...expectedDb);
    got.push(...heardDb);
  }
  return { likeness: correlate(got, wanted), louderDb: meanOf(got) - meanOf(wanted) };
}

function toLevelDb(character: string): number {
  return FLOOR_DB + STEP_DB * parseInt(character, STEPS);
}

/** Per frame the power of each band, 0 dB for a full-scale sine in it. */
function toLevelsDb(pcm: Float32Array, sampleRateHz: number): number[][] {
  const transform = new FourierTransform(WINDOW_SAMPLES);
  const frames: number[][] = [];
  for (let start = 0; start + FRAME_SAMPLES <= pcm.length; start += FRAME_SAMPLES) {
    const { re, im } = transform.samples;
    for (let n = 0; n < WINDOW_SAMPLES; n++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_SAMPLES);
      re[n] = (pcm[start + n] ?? 0) * window;
    }
    im.fill(0);
    transform.run();
    frames.push(Array.from({ length: BANDS }, (_, band) => levelOf(transform, band, sampleRateHz)));
  }
  return frames;
}

function levelOf({ samples }: FourierTransform, band: number, sampleRateHz: number): number {
  const edge = (index: number): number => {
    const hertz = RANGE_HZ.from * (RANGE_HZ.to / RANGE_HZ.from) ** (index / BANDS);
    return Math.round((hertz * WINDOW_SAMPLES) / sampleRateHz);
  };
  let power = 0;
  // The lowest bands are narrower than a step of the transform: each takes one at least.
  const end = Math.max(edge(band) + 1, edge(band + 1));
  for (let bin = edge(band); bin < end; bin++) {
    power += (samples.re[bin] ?? 0) ** 2 + (samples.im[bin] ?? 0) ** 2;
  }
  const fullScale = (WINDOW_SAMPLES / 4) ** 2;
  return Math.max(FLOOR_DB, 10 * Math.log10(power / fullScale + 1e-12));
}
