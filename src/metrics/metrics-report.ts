// Turns as a report: each with its stages, and what stages took over all of them. Pure, portable.
import type { TurnMetrics } from '../agent/metrics.ts';
import { quantile } from '../core/quantile.ts';
import { toTurnTimeline, TURN_STAGES } from './turn-timeline.ts';
import type { TurnStage, TurnTimeline } from './turn-timeline.ts';

/** `response`: from the person's last word (or sent text) to the first sample of the answer. */
export type SummarizedStage = TurnStage | 'response';

/** Lengths of one stage; percentiles by linear interpolation between ranks. */
export interface StageSummary {
  readonly stage: SummarizedStage;
  /** Turns in which it happened. */
  readonly turns: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Plain data: `JSON.stringify` keeps all of it. Holds no words of anybody. */
export interface MetricsReport {
  readonly version: 1;
  readonly summary: readonly StageSummary[];
  readonly turns: readonly (TurnMetrics & { readonly timeline: TurnTimeline | null })[];
}

/** Stages that happened in any turn, in the order of a turn, `response` last. */
export function summarizeStages(turns: readonly TurnMetrics[]): StageSummary[] {
  const timelines = turns.map(toTurnTimeline).filter((timeline) => timeline !== null);
  return [...TURN_STAGES, 'response' as const].flatMap((stage) => {
    const lengthsMs = timelines.flatMap((timeline) => lengthOf(stage, timeline));
    if (lengthsMs.length === 0) return [];
    const [p50Ms, p95Ms] = [quantile(lengthsMs, 0.5), quantile(lengthsMs, 0.95)];
    return [{ stage, turns: lengthsMs.length, p50Ms, p95Ms }];
  });
}

/** All that is known of these turns, for a file or a server. */
export function createMetricsReport(turns: readonly TurnMetrics[]): MetricsReport {
  return {
    version: 1,
    summary: summarizeStages(turns),
    turns: turns.map((metrics) => ({ ...metrics, timeline: toTurnTimeline(metrics) })),
  };
}

function lengthOf(stage: SummarizedStage, timeline: TurnTimeline): number[] {
  if (stage === 'response') {
    return timeline.firstAudibleMs === null ? [] : [timeline.firstAudibleMs];
  }
  return timeline.stages
    .filter((span) => span.stage === stage)
    .map(({ startMs, endMs }) => endMs - startMs);
}
