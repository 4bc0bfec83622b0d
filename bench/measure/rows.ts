// Samples to rows: medians or means of both arms, their ratio, and whether what was promised holds. Pure.
import { CUT_OFFS, FULL_ROUNDS } from './bench.ts';
import type { Quantity, Target, Unit } from './bench.ts';
import type { Sample } from './sample-store.ts';
import { middleOf, quantileOf, ratioInterval, ratioOf } from './statistics.ts';
import type { Groups, Interval } from './statistics.ts';

export interface Side {
  readonly median: number | null;
  /** Of a quantity that goes by it. */
  readonly mean?: number | null;
  readonly p90: number | null;
  /** The quantile that the target names, where it names one. */
  readonly decisive?: number | null;
  /** Values measured. */
  readonly n: number;
  /** Values that were not had: of a measurement that failed as a whole, as many as one can give. */
  readonly failed: number;
  /** Of turns: those that the arm ended before the person had finished. */
  readonly cutOffs?: number;
}

export interface ResultRow {
  readonly quantity: string;
  readonly case: string;
  readonly unit: Unit;
  readonly ours: Side;
  /** What `theirs` is of; null for a promise about our own figure alone. */
  readonly arm: string | null;
  readonly theirs: Side | null;
  readonly ratio: number | null;
  readonly interval: Interval | null;
  readonly target: Target | null;
  /** Null where nothing was promised, or too little was measured to say. */
  readonly holds: boolean | null;
}

/** An arm that fails more often does not keep a promise with the rest of its measurements. */
const MAX_FAILED_SHARE = 0.1;

/** @param run a quick one never decides whether a promise holds. */
export function toRow(
  quantity: Quantity,
  samples: readonly Sample[],
  run: { isQuick: boolean },
): ResultRow {
  const { theirs: arm, target, middle = 'median' } = quantity;
  const ours = pick(samples, quantity, quantity.ours);
  const theirs = arm === null ? null : pick(samples, quantity, arm);
  const row = {
    quantity: quantity.quantity,
    case: quantity.case,
    unit: quantity.unit,
    ours: toSide(ours, quantity),
    arm,
    theirs: theirs === null ? null : toSide(theirs, quantity),
    ratio: theirs === null ? null : ratioOf(ours.groups, theirs.groups, middle),
    interval: theirs === null ? null : ratioInterval(ours.groups, theirs.groups, middle),
    target,
  };
  const isDecided = !run.isQuick && isEnough(quantity, row);
  return { ...row, holds: isDecided ? holdsTarget(row) : null };
}

interface Picked {
  /** The values of each measurement. */
  readonly groups: Groups;
  readonly failed: number;
  readonly cutOffs: number | null;
}

function pick(samples: readonly Sample[], quantity: Quantity, arm: string): Picked {
  const ofCase = samples.filter((sample) => sample.case === quantity.case);
  const valuesOf = ({ figures }: Sample): readonly (number | null)[] =>
    figures === null ? [] : [figures[quantity.figure] ?? null].flat();
  // A conversation that failed failed in all of its turns.
  const most = Math.max(1, ...ofCase.map((sample) => valuesOf(sample).length));
  const own = ofCase.filter((sample) => sample.arm === arm);
  const found = own.map((sample) =>
    sample.figures === null ? Array<null>(most).fill(null) : valuesOf(sample),
  );
  const cutOffs = own.flatMap(({ figures }) => figures?.[CUT_OFFS] ?? []);
  return {
    groups: found.map((values) => values.filter((value) => value !== null)),
    failed: found.flat().filter((value) => value === null).length,
    cutOffs: cutOffs.length === 0 ? null : cutOffs.reduce<number>((sum, n) => sum + (n ?? 0), 0),
  };
}

function toSide({ groups, failed, cutOffs }: Picked, { middle, target }: Quantity): Side {
  const values = groups.flat();
  const named = target?.quantile;
  return {
    median: quantileOf(values, 0.5),
    ...(middle === 'mean' ? { mean: middleOf(values, middle) } : {}),
    p90: quantileOf(values, 0.9),
    ...(named === undefined ? {} : { decisive: quantileOf(values, named) }),
    n: values.length,
    failed,
    ...(cutOffs === null ? {} : { cutOffs }),
  };
}

type Undecided = Omit<ResultRow, 'holds'>;

function isEnough({ isExact, target }: Quantity, { ours, theirs, interval }: Undecided): boolean {
  if (target === null) return false;
  // What failed was measured too: an arm that never answers has no values, and keeps no promise.
  if (isFailing(ours)) return true;
  const least = isExact === true ? 1 : FULL_ROUNDS;
  if (target.of === 'ours') return ours.n >= least;
  return interval !== null && [ours.n, theirs?.n ?? 0].every((n) => n >= least);
}

function isFailing({ n, failed }: Side): boolean {
  return failed > MAX_FAILED_SHARE * (n + failed);
}

/** A ratio holds when its whole interval does. */
function holdsTarget({ ours, theirs, interval, target }: Undecided): boolean {
  if (target === null || isFailing(ours)) return false;
  const isHasty = (ours.cutOffs ?? 0) > (theirs?.cutOffs ?? 0);
  if (target.atNoMoreCutOffs === true && isHasty) return false;
  const middle = ours.mean === undefined ? ours.median : ours.mean;
  const own = ours.decisive === undefined ? middle : ours.decisive;
  const measured = target.of === 'ratio' ? (interval?.[1] ?? null) : own;
  return measured !== null && measured <= target.atMost;
}
