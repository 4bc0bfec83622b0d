// One turn as stages on a time axis that begins at the person's last word. Pure, portable: the one place
// that says from which mark to which a stage lasts.
import type { SpeculativeAttempt, TurnMarks, TurnMetrics } from '../agent/metrics.ts';

/** In the order in which a turn without early work goes through them. */
export const TURN_STAGES = [
  'end-of-turn',
  'transcription',
  'first-token',
  'first-clause',
  'synthesis',
  'playout',
  'output',
] as const;

/**
 * `end-of-turn`: silence until the turn is taken. `transcription`: final transcript. `first-token`,
 * `first-clause`: language model, tools included. `synthesis`: first sound of the first clause.
 * `playout`: from there, or from the decision if that is later, to the first sample heard. `output`:
 * from the agent's last audio node to the ear, as the browser tells it.
 */
export type TurnStage = (typeof TURN_STAGES)[number];

/** Milliseconds from the timeline's origin; negative before it, where an answer was begun while the person still spoke. */
export interface StageSpan {
  readonly stage: TurnStage;
  readonly startMs: number;
  readonly endMs: number;
}

/** Times are milliseconds from `originMs`, null where something did not happen. */
export interface TurnTimeline {
  readonly turnId: string;
  /** False for a typed turn, whose axis begins where the text was sent. */
  readonly isSpoken: boolean;
  /** The end of the person's last word, on the event clock. */
  readonly originMs: number;
  /** Those that happened; where work was begun ahead they overlap, and may lie before the origin. */
  readonly stages: readonly StageSpan[];
  readonly decisionMs: number | null;
  readonly firstPhraseMs: number | null;
  readonly firstAudibleMs: number | null;
  readonly replyEndMs: number | null;
  /** Work begun ahead of the decision. One that was dropped lies before the origin: speech went on after it. */
  readonly attempts: readonly SpeculativeAttempt[];
}

/** Null for a turn without a beginning on record. */
export function toTurnTimeline(metrics: TurnMetrics): TurnTimeline | null {
  const { marks, turnId } = metrics;
  const originMs = marks.speechEndMs ?? marks.decisionMs;
  if (originMs === null) return null;
  const relative = (atMs: number | null): number | null => (atMs === null ? null : atMs - originMs);
  return {
    turnId,
    isSpoken: marks.speechEndMs !== null,
    originMs,
    stages: toStages(marks, metrics.outputLatencyMs).map(({ stage, startMs, endMs }) => ({
      stage,
      startMs: startMs - originMs,
      endMs: endMs - originMs,
    })),
    decisionMs: relative(marks.decisionMs),
    firstPhraseMs: relative(marks.firstPhraseMs),
    firstAudibleMs: relative(marks.firstAudibleMs),
    replyEndMs: relative(marks.replyEndMs),
    attempts: metrics.speculation.attempts.map((attempt) => ({
      ...attempt,
      startedMs: attempt.startedMs - originMs,
      replyStartedMs: relative(attempt.replyStartedMs),
      endedMs: relative(attempt.endedMs),
    })),
  };
}

function toStages(marks: Readonly<TurnMarks>, outputLatencyMs: number | null): StageSpan[] {
  const { speechEndMs, decisionMs, firstPcmMs, firstAudibleMs } = marks;
  // A typed turn begins recognised.
  const recogniseMs = speechEndMs === null ? null : (marks.eagerMs ?? decisionMs);
  // A reply made ahead is held back until the decision: that wait is none of the player's.
  const playMs = firstPcmMs === null ? null : Math.max(firstPcmMs, decisionMs ?? firstPcmMs);
  const isDelayed = firstAudibleMs !== null && outputLatencyMs !== null && outputLatencyMs > 0;
  const spans: readonly (readonly [TurnStage, number | null, number | null])[] = [
    ['end-of-turn', speechEndMs, decisionMs],
    ['transcription', recogniseMs, marks.sttFinalMs],
    ['first-token', marks.llmStartMs, marks.llmFirstTokenMs],
    ['first-clause', marks.llmFirstTokenMs, marks.firstClauseMs],
    ['synthesis', marks.firstClauseMs, firstPcmMs],
    ['playout', playMs, firstAudibleMs],
    ['output', firstAudibleMs, isDelayed ? firstAudibleMs + outputLatencyMs : null],
  ];
  return spans.flatMap(([stage, startMs, endMs]) =>
    startMs === null || endMs === null || endMs < startMs ? [] : [{ stage, startMs, endMs }],
  );
}
