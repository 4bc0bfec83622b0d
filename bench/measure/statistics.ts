// Medians, quantiles, and how sure a ratio of two medians is. Pure.
import { quantile } from '../../src/core/quantile.ts';
import { createRandom } from '../turns/clips/random.ts';

export type Interval = readonly [lo: number, hi: number];

const RESAMPLES = 2_000;
const SEED = 42;
/** Of the resampled ratios, what lies between. */
const CONFIDENCE = 0.95;

/** Null of no values. */
export function quantileOf(values: readonly number[], share: number): number | null {
  return values.length === 0 ? null : quantile(values, share);
}

/** Of the medians; null when either is missing or the lower one is 0. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): number | null {
  const over = quantileOf(ours, 0.5);
  const under = quantileOf(theirs, 0.5);
  return over === null || under === null || under === 0 ? null : over / under;
}

/**
 * Bootstrap interval of the ratio of medians: both arms are drawn from anew, apart, and the middle 95 % of
 * what comes out is taken. The same for the same values.
 */
export function ratioInterval(ours: readonly number[], theirs: readonly number[]): Interval | null {
  if (ratioOf(ours, theirs) === null) return null;
  const random = createRandom(SEED);
  const draw = (values: readonly number[]): number[] =>
    values.map(() => values[Math.floor(random() * values.length)] ?? 0);
  const ratios: number[] = [];
  for (let count = 0; count < RESAMPLES; count += 1) {
    const ratio = ratioOf(draw(ours), draw(theirs));
    if (ratio !== null) ratios.push(ratio);
  }
  const tail = (1 - CONFIDENCE) / 2;
  return [quantile(ratios, tail), quantile(ratios, 1 - tail)];
}
