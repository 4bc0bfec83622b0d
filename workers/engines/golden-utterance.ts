// A phrase whose sound is known: a voice must say it right before it is trusted. Pure; in any worker.
import { correlate, meanOf } from '../../src/core/correlation.ts';
import { FourierTransform } from './fourier.ts';

/** A phrase and how it sounds, as the levels of bands over time, and the lines of its spectrum. */
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
  /**
   * A row for each frame, empty where it is quiet; a character for each step of the spectrum in {@link LINE_STEPS}: how
   * far it stands out from those around it, 0 to 9, a to z, 2 dB each from {@link DEEPEST_LINE_DB} on.
   */
  readonly lines: readonly string[];
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
/** Steps of the transform, 100 to 3,000 Hz at 24 kHz, where a voice has harmonics that can be told apart. */
const LINE_STEPS = { from: 4, to: 128 } as const;
/** Steps to either side that one is held against: less than a pitch of 200 Hz is wide. */
const AROUND = 4;
const DEEPEST_LINE_DB = -36;
/** A frame without a step of this level is quiet. */
const QUIET_DB = -60;

/**
 * The graph that the levels were taken from has a likeness of 0.9996 to them (they are rounded), also with the results
 * of all its convolutions rounded to 16-bit floats. With one layer of Kokoro garbled it has 0.9989 at most, where that
 * can be heard in the levels at all. Its lines have a likeness of 0.997, and 0.982 with results rounded; noise whose
 * bands have the right levels passes by those and has 0.2 there: docs/voices.md has the figures.
 */
const LIMITS = { likeness: 0.999, lineLikeness: 0.95, lengthFrames: 2, levelDb: 1 } as const;

/** What `levels` of a golden utterance are. */
export function toGoldenLevels(pcm: Float32Array, sampleRateHz: number): string[] {
  return toSpectra(pcm).map((spectrum) => toRow(toLevelsDb(spectrum, sampleRateHz), FLOOR_DB));
}

/** What `lines` of a golden utterance are. */
export function toGoldenLines(pcm: Float32Array): string[] {
  return toSpectra(pcm).map((spectrum) =>
    isQuiet(spectrum) ? '' : toRow(toLinesDb(spectrum), DEEPEST_LINE_DB),
  );
}

/** What is wrong with a rendering of the utterance, in words for a log; null when it sounds as it should. */
export function findFault(pcm: Float32Array, golden: GoldenUtterance): string | null {
  if (!pcm.every(Number.isFinite)) return 'samples are no numbers';
  const moved = Math.abs(pcm.length - golden.samples) / FRAME_SAMPLES;
  if (moved > LIMITS.lengthFrames) return `${pcm.length} samples instead of ${golden.samples}`;
  const { likeness, louderDb, lineLikeness } = compare(pcm, golden);
  if (Math.abs(louderDb) > LIMITS.levelDb) return `level off by ${louderDb.toFixed(1)} dB`;
  if (likeness < LIMITS.likeness) return `likeness ${likeness.toFixed(4)}`;
  return lineLikeness < LIMITS.lineLikeness ? `lines: likeness ${lineLikeness.toFixed(2)}` : null;
}

export interface Comparison {
  /** Of the levels of bands: 1 for the same sound and about 0 for noise. */
  readonly likeness: number;
  /** On average. */
  readonly louderDb: number;
  /** Of the lines: 1 for the same sound, about 0.2 for noise with the same levels of bands. */
  readonly lineLikeness: number;
}

export function compare(pcm: Float32Array, golden: GoldenUtterance): Comparison {
  const levels = { wanted: [] as number[], got: [] as number[] };
  const lines = { wanted: [] as number[], got: [] as number[] };
  const isSilent = (levelsDb: readonly number[]): boolean =>
    levelsDb.every((levelDb) => levelDb < FLOOR_DB + STEP_DB);
  for (const [index, spectrum] of toSpectra(pcm).entries()) {
    const expectedDb = fromRow(golden.levels[index] ?? '', FLOOR_DB);
    const heardDb = toLevelsDb(spectrum, golden.sampleRateHz);
    const line = golden.lines[index] ?? '';
    // Where both are silent there is nothing to compare, and all silence is alike.
    if (expectedDb.length === 0 || (isSilent(expectedDb) && isSilent(heardDb))) continue;
    levels.wanted.push(...expectedDb);
    levels.got.push(...heardDb);
    if (line === '') continue;
    lines.wanted.push(...fromRow(line, DEEPEST_LINE_DB));
    lines.got.push(...toLinesDb(spectrum));
  }
  return {
    likeness: correlate(levels.got, levels.wanted),
    louderDb: meanOf(levels.got) - meanOf(levels.wanted),
    lineLikeness: correlate(lines.got, lines.wanted),
  };
}

function toRow(valuesDb: readonly number[], lowestDb: number): string {
  const toCharacter = (valueDb: number): string => {
    const step = Math.round((valueDb - lowestDb) / STEP_DB);
    return Math.min(STEPS - 1, Math.max(0, step)).toString(STEPS);
  };
  return valuesDb.map(toCharacter).join('');
}

function fromRow(row: string, lowestDb: number): number[] {
  return Array.from(row, (character) => lowestDb + STEP_DB * parseInt(character, STEPS));
}

/** Per frame the power of each step of the transform, 1 for a full-scale sine in it. */
function toSpectra(pcm: Float32Array): Float64Array[] {
  const transform = new FourierTransform(WINDOW_SAMPLES);
  const { re, im } = transform.samples;
  const fullScale = (WINDOW_SAMPLES / 4) ** 2;
  const frames: Float64Array[] = [];
  for (let start = 0; start + FRAME_SAMPLES <= pcm.length; start += FRAME_SAMPLES) {
    for (let n = 0; n < WINDOW_SAMPLES; n++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_SAMPLES);
      re[n] = (pcm[start + n] ?? 0) * window;
    }
    im.fill(0);
    transform.run();
    frames.push(re.slice(0, WINDOW_SAMPLES / 2).map((x, step) => powerOf(x, im[step]) / fullScale));
  }
  return frames;
}

const powerOf = (re: number, im = 0): number => re ** 2 + im ** 2;

/** The level of each band. */
function toLevelsDb(spectrum: Float64Array, sampleRateHz: number): number[] {
  const edge = (index: number): number => {
    const hertz = RANGE_HZ.from * (RANGE_HZ.to / RANGE_HZ.from) ** (index / BANDS);
    return Math.round((hertz * WINDOW_SAMPLES) / sampleRateHz);
  };
  return Array.from({ length: BANDS }, (_, band) => {
    // The lowest bands are narrower than a step of the transform: each takes one at least.
    const end = Math.max(edge(band) + 1, edge(band + 1));
    return toDb(sumOf(spectrum.subarray(edge(band), end)));
  });
}

/** How far each of {@link LINE_STEPS} stands out from those around it. */
function toLinesDb(spectrum: Float64Array): number[] {
  const { from, to } = LINE_STEPS;
  const levelsDb = Array.from(spectrum.subarray(0, to + AROUND), toDb);
  return levelsDb
    .slice(from, to)
    .map(
      (levelDb, at) => levelDb - meanOf(levelsDb.slice(from + at - AROUND, from + at + AROUND + 1)),
    );
}

function isQuiet(spectrum: Float64Array): boolean {
  const { from, to } = LINE_STEPS;
  return toDb(Math.max(...spectrum.subarray(from, to))) < QUIET_DB;
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

const toDb = (power: number): number => Math.max(FLOOR_DB, 10 * Math.log10(power + 1e-12));
