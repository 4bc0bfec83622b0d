// Maps the event clock onto the audio clock by pairs of readings taken together. Pure, in Node.
import { quantile } from '../../src/core/quantile.ts';

/** One `AudioContext.getOutputTimestamp()`: the same instant on both clocks. */
export interface ClockPair {
  readonly contextMs: number;
  /** `performance.timeOrigin + performanceTime`. */
  readonly eventMs: number;
}

export interface ClockFit {
  toContextMs(eventMs: number): number;
  /** 95th percentile of the pairs' distance from the line. */
  readonly errorMs: number;
}

/** Pairs closer than this say nothing of the rate. */
const MIN_BASELINE_MS = 900;

/** Beyond this the rate is the fault of a few odd pairs, not of a crystal. */
const MAX_RATE_ERROR = 0.01;

/**
 * Median slope of all pairs of pairs, then median offset (Theil-Sen): up to 29 % of odd readings do
 * no harm. Null without pairs; with one, or none far enough apart, the clocks are taken to run alike.
 */
export function fitClock(pairs: readonly ClockPair[]): ClockFit | null {
  const first = pairs[0];
  if (first === undefined) return null;
  const slope = medianSlope(pairs);
  const toPlain = (eventMs: number): number => first.contextMs + slope * (eventMs - first.eventMs);
  const offsetMs = quantile(
    pairs.map((pair) => pair.contextMs - toPlain(pair.eventMs)),
    0.5,
  );
  const toContextMs = (eventMs: number): number => toPlain(eventMs) + offsetMs;
  const residuals = pairs.map((pair) => Math.abs(pair.contextMs - toContextMs(pair.eventMs)));
  return { toContextMs, errorMs: quantile(residuals, 0.95) };
}

function medianSlope(pairs: readonly ClockPair[]): number {
  const slopes: number[] = [];
  pairs.forEach((a, index) => {
    for (const b of pairs.slice(index + 1)) {
      const runMs = b.eventMs - a.eventMs;
      if (runMs >= MIN_BASELINE_MS) slopes.push((b.contextMs - a.contextMs) / runMs);
    }
  });
  if (slopes.length === 0) return 1;
  const slope = quantile(slopes, 0.5);
  return Math.abs(slope - 1) > MAX_RATE_ERROR ? 1 : slope;
}
