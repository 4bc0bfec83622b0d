// The timings of turns as words and rows of tables. Main thread, pure.
import type { TurnMetrics } from '../index.ts';
import { summarizeStages, toTurnTimeline } from '../metrics.ts';
import type { SummarizedStage } from '../metrics.ts';
import { formatMs } from './format.ts';

export interface TimingRow {
  readonly stage: string;
  /** How long it took, in words. */
  readonly took: string;
  /** When it was over, since the person stopped speaking (or sent a text) or before that, in words. */
  readonly after: string;
}

export interface SummaryRow {
  readonly stage: string;
  readonly p50: string;
  readonly p95: string;
}

/** Named by what a stage ends with. */
export const STAGE_WORDS: Readonly<Record<SummarizedStage, string>> = {
  'end-of-turn': 'Turn taken',
  transcription: 'Words recognised',
  'first-token': 'First word of the answer',
  'first-clause': 'First clause of the answer',
  synthesis: 'First sound made',
  playout: 'First sound heard',
  output: 'Through the loudspeaker',
  response: 'In all, to the first sound',
};

/** Stages that happened, in the order of a turn; empty when the turn has no beginning on record. */
export function toTimingRows(metrics: TurnMetrics): TimingRow[] {
  return (toTurnTimeline(metrics)?.stages ?? []).map(({ stage, startMs, endMs }) => ({
    stage: STAGE_WORDS[stage],
    took: formatMs(endMs - startMs),
    after: endMs < 0 ? `${formatMs(-endMs)} before` : formatMs(endMs),
  }));
}

/** Over all of the turns. */
export function toSummaryRows(turns: readonly TurnMetrics[]): SummaryRow[] {
  return summarizeStages(turns).map(({ stage, p50Ms, p95Ms }) => ({
    stage: STAGE_WORDS[stage],
    p50: formatMs(p50Ms),
    p95: formatMs(p95Ms),
  }));
}
