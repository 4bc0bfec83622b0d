// The latest turn's timings as rows of a table. Main thread, pure.
import type { TurnMetrics } from '../index.ts';
import { formatMs } from './format.ts';

export interface TimingRow {
  readonly stage: string;
  /** Time since the person stopped speaking (or sent a text), in words. */
  readonly after: string;
}

type Mark = keyof TurnMetrics['marks'];

const STAGES: readonly (readonly [Mark, string])[] = [
  ['sttFinalMs', 'Words recognised'],
  ['decisionMs', 'Turn taken'],
  ['llmFirstTokenMs', 'First word of the answer'],
  ['firstClauseMs', 'First clause of the answer'],
  ['firstPcmMs', 'First sound made'],
  ['firstAudibleMs', 'First sound heard'],
];

/** Stages that happened, in the order of time; empty when the turn has no beginning on record. */
export function toTimingRows(metrics: TurnMetrics): TimingRow[] {
  const { marks } = metrics;
  const startMs = marks.speechEndMs ?? marks.decisionMs;
  if (startMs === null) return [];
  return STAGES.flatMap(([mark, stage]) => {
    const atMs = marks[mark];
    // A typed turn begins recognised and decided.
    return atMs === null || atMs <= startMs ? [] : [{ stage, atMs }];
  })
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ stage, atMs }) => ({ stage, after: formatMs(atMs - startMs) }));
}
