// Medians, means, quantiles, and how sure a ratio of two of them is. Pure.
import { quantile } from '../../src/core/quantile.ts';
import { createRandom } from '../turns/clips/random.ts';

export type Interval = readonly [lo: number, hi: number];
/** What stands for all values of an arm. */
export type Middle = 'median' | 'mean';
/** Values by measurement: those of one conversation have the same browser, the same moment and the same load. */
export type Groups = readonly (readonly number[])[];

const RESAMPLES = 2_000;
const SEED = 42;
/** Of the resampled ratios, what lies between. */
const CONFIDENCE = 0.95;
/** Measurements of each arm below which an interval would only tell how few there are. */
const LEAST_GROUPS = 5;

/** Null of no values. */
export function quantileOf(values: readonly number[], share: number): number | null {
  return values.length === 0 ? null : quantile(values, share);
}

/** Null of no values. */
export function middleOf(values: readonly number[], middle: Middle): number | null {
  if (middle === 'median') return quantileOf(values, 0.5);
  return values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;
}

/** Of the middles; null when either is missing or the lower one is 0. */
export function ratioOf(ours: Groups, theirs: Groups, middle: Middle): number | null {
  const over = middleOf(ours.flat(), middle);
  const under = middleOf(theirs.flat(), middle);
  return over === null || under === null || under === 0 ? null : over / under;
}

/**
 * Bootstrap interval of the ratio of middles: both arms are drawn from anew, apart, whole measurements at a time, and
 * the middle 95 % of what comes out is taken. The same for the same values; null with too few measurements.
 */
export function ratioInterval(ours: Groups, theirs: Groups, middle: Middle): Interval | null {
  if (ratioOf(ours, theirs, middle) === null) return null;
  if (Math.min(countFilled(ours), countFilled(theirs)) < LEAST_GROUPS) return null;
  const random = createRandom(SEED);
  const draw = (groups: Groups): Groups =>
    groups.map(() => groups[Math.floor(random() * groups.length)] ?? []);
  const ratios: number[] = [];
  for (let count = 0; count < RESAMPLES; count += 1) {
    const ratio = ratioOf(draw(ours), draw(theirs), middle);
    if (ratio !== null) ratios.push(ratio);
  }
  const tail = (1 - CONFIDENCE) / 2;
  return [quantile(ratios, tail), quantile(ratios, 1 - tail)];
}

function countFilled(groups: Groups): number {
  return groups.filter(({ length }) => length > 0).length;
}
