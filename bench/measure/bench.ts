// What a benchmark is made of: cases, the arms that are measured in turn, and the rows that come of it. Types only.

import type { Middle } from './statistics.ts';

/** A figure of one round, or several where the round has several things to measure; null counts as failed. */
export type Figure = number | null | readonly (number | null)[];

/** What an arm gave in one round, by figure. */
export type Figures = Readonly<Record<string, Figure>>;

export interface CaseSession {
  /** One measurement. Rejects when it failed: the case is then opened anew for the next one. */
  measure(arm: string, round: number): Promise<Figures>;
  close(): Promise<void>;
}

/** One condition; its arms are measured A/B/A/B. */
export interface BenchCase {
  /** Unique within the bench; part of a kept sample's name. */
  readonly id: string;
  readonly arms: readonly string[];
  /** Rounds of a full run and of a quick one. */
  readonly rounds: { readonly full: number; readonly quick: number };
  /** Called only when something of the case is not measured yet. */
  open(): Promise<CaseSession>;
}

export type Unit = 'ms' | 'share' | 'rtf' | 'bytes' | 'count' | 'MiB';

/** What is promised: of our own figure, or of its ratio to the other arm's. */
export interface Target {
  readonly of: 'ours' | 'ratio';
  readonly atMost: number;
  /** Of our own figure: which quantile must keep the promise, 0 to 1; default what stands for all values. */
  readonly quantile?: number;
  /** It holds only if the other arm ends as many turns too early, or more. */
  readonly atNoMoreCutOffs?: boolean;
}

/** One row of a result: a figure of a case, ours beside theirs. */
export interface Quantity {
  readonly quantity: string;
  readonly unit: Unit;
  readonly case: string;
  readonly figure: string;
  readonly ours: string;
  /** The arm it is compared with; null for a promise about our own figure alone. */
  readonly theirs: string | null;
  readonly target: Target | null;
  /** What stands for all values; default the median. The mean tells more where most values are the same. */
  readonly middle?: Middle;
  /** The same in every run, so that one sample decides. */
  readonly isExact?: boolean;
}

export interface Bench {
  readonly name: string;
  /** Brings what the cases need; once, and only when something is left to measure. */
  setUp?(): Promise<void>;
  readonly cases: readonly BenchCase[];
  readonly quantities: readonly Quantity[];
  /** What the reader of the figures must know: arms left out, constants. */
  readonly notes?: readonly string[];
}

/** Figure by which a turn that was ended too early is counted beside the completed ones. */
export const CUT_OFFS = 'cutOffs';

/** Enough for an interval of a ratio; a full run of anything that varies has at least so many. */
export const FULL_ROUNDS = 30;
export const QUICK_ROUNDS = 5;
