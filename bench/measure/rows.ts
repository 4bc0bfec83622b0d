// Samples to rows: medians of both arms, their ratio, and whether what was promised holds. Pure.
import { CUT_OFFS, FULL_ROUNDS } from './bench.ts';
import type { Quantity, Target, Unit } from './bench.ts';
import type { Sample } from './sample-store.ts';
import { quantileOf, ratioInterval, ratioOf } from './statistics.ts';
import type { Interval } from './statistics.ts';

export interface Side {
  readonly median: number | null;
  readonly p90: number | null;
  /** Values measured. */
  readonly n: number;
  /** Measurements that gave no value. */
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
  run: { readonly isQuick: boolean },
): ResultRow {
  const ours = pick(samples, quantity, quantity.ours);
  const theirs = quantity.theirs === null ? null : pick(samples, quantity, quantity.theirs);
  const row = {
    quantity: quantity.quantity,
    case: quantity.case,
    unit: quantity.unit,
    ours: toSide(ours),
    arm: quantity.theirs,
    theirs: theirs === null ? null : toSide(theirs),
    ratio: theirs === null ? null : ratioOf(ours.values, theirs.values),
    interval: theirs === null ? null : ratioInterval(ours.values, theirs.values),
    target: quantity.target,
  };
  const isDecided = !run.isQuick && isEnough(quantity, row);
  return { ...row, holds: isDecided ? holdsTarget(row, ours.values) : null };
}

interface Picked {
  readonly values: readonly number[];
  readonly failed: number;
  readonly cutOffs: number | null;
}

function pick(samples: readonly Sample[], quantity: Quantity, arm: string): Picked {
  const own = samples.filter((sample) => sample.case === quantity.case && sample.arm === arm);
  const found = own.flatMap(({ figures }) => figures?.[quantity.figure] ?? null);
  const cutOffs = own.flatMap(({ figures }) => figures?.[CUT_OFFS] ?? []);
  return {
    values: found.filter((value) => value !== null),
    failed: found.filter((value) => value === null).length,
    cutOffs: cutOffs.length === 0 ? null : cutOffs.reduce<number>((sum, n) => sum + (n ?? 0), 0),
  };
}

function toSide({ values, failed, cutOffs }: Picked): Side {
  const side = {
    median: quantileOf(values, 0.5),
    p90: quantileOf(values, 0.9),
    n: values.length,
    failed,
  };
  return cutOffs === null ? side : { ...side, cutOffs };
}

type Undecided = Omit<ResultRow, 'holds'>;

function isEnough({ isExact, target }: Quantity, { ours, theirs }: Undecided): boolean {
  if (target === null) return false;
  const least = isExact === true ? 1 : FULL_ROUNDS;
  const counts = target.of === 'ratio' ? [ours.n, theirs?.n ?? 0] : [ours.n];
  // What failed was measured too: an arm that never answers has no values, and keeps no promise.
  return counts.every((n) => n >= least) || isFailing(ours);
}

function isFailing({ n, failed }: Side): boolean {
  return failed > MAX_FAILED_SHARE * (n + failed);
}

/** A ratio holds when its whole interval does. */
function holdsTarget(
  { ours, theirs, interval, target }: Undecided,
  values: readonly number[],
): boolean {
  if (target === null || isFailing(ours)) return false;
  const isHasty = (ours.cutOffs ?? 0) > (theirs?.cutOffs ?? 0);
  if (target.atNoMoreCutOffs === true && isHasty) return false;
  const measured =
    target.of === 'ratio' ? (interval?.[1] ?? null) : quantileOf(values, target.quantile ?? 0.5);
  return measured !== null && measured <= target.atMost;
}
