// Stages of a turn, from the marks of the agent.
import { expect, test } from 'vitest';
import type { SpeculativeAttempt } from '../../../src/agent/metrics.ts';
import { toTurnTimeline } from '../../../src/metrics/turn-timeline.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';

/** A turn whose answer was begun ahead: transcript, model and voice were at work in the silence. */
const AHEAD = {
  speechEndMs: 10_000,
  eagerMs: 10_100,
  sttFinalMs: 10_160,
  llmStartMs: 10_160,
  llmFirstTokenMs: 10_260,
  firstClauseMs: 10_300,
  firstPcmMs: 10_350,
  decisionMs: 10_500,
  firstAudibleMs: 10_520,
  llmEndMs: 10_600,
  replyEndMs: 13_000,
};

const spansOf = (metrics: Parameters<typeof turnMetrics>[0]) =>
  toTurnTimeline(turnMetrics(metrics))?.stages.map(({ stage, startMs, endMs }) => [
    stage,
    startMs,
    endMs,
  ]);

test('stages of a turn begun ahead overlap the silence; playout counts from the decision', () => {
  expect(spansOf({ marks: AHEAD, outputLatencyMs: 40 })).toEqual([
    ['end-of-turn', 0, 500],
    ['transcription', 100, 160],
    ['first-token', 160, 260],
    ['first-clause', 260, 300],
    ['synthesis', 300, 350],
    ['playout', 500, 520],
    ['output', 520, 560],
  ]);
});

test('without early work each stage begins where the one before ended', () => {
  const marks = {
    speechEndMs: 1_000,
    decisionMs: 1_500,
    sttFinalMs: 1_600,
    llmStartMs: 1_600,
    llmFirstTokenMs: 1_700,
    firstClauseMs: 1_750,
    firstPcmMs: 1_900,
    firstAudibleMs: 1_930,
  };
  expect(spansOf({ marks, outputLatencyMs: 0 })).toEqual([
    ['end-of-turn', 0, 500],
    ['transcription', 500, 600],
    ['first-token', 600, 700],
    ['first-clause', 700, 750],
    ['synthesis', 750, 900],
    ['playout', 900, 930],
  ]);
});

test('a typed turn begins where it was sent, recognised and decided', () => {
  const marks = { decisionMs: 5_000, sttFinalMs: 5_000, llmStartMs: 5_001, llmFirstTokenMs: 5_301 };
  const timeline = toTurnTimeline(turnMetrics({ marks }))!;
  expect(timeline).toMatchObject({ isSpoken: false, originMs: 5_000, firstAudibleMs: null });
  expect(timeline.stages).toEqual([{ stage: 'first-token', startMs: 1, endMs: 301 }]);
});

test('everything counts from the last word: a dropped attempt lies before it', () => {
  const attempts: readonly SpeculativeAttempt[] = [
    { startedMs: 7_000, replyStartedMs: 7_100, endedMs: 7_400, outcome: 'dropped' },
    { startedMs: 10_100, replyStartedMs: null, endedMs: 10_500, outcome: 'used' },
  ];
  const timeline = toTurnTimeline(turnMetrics({ marks: AHEAD, speculation: { attempts } }));
  expect(timeline).toMatchObject({
    decisionMs: 500,
    firstPhraseMs: null,
    firstAudibleMs: 520,
    replyEndMs: 3_000,
    attempts: [
      { startedMs: -3_000, replyStartedMs: -2_900, endedMs: -2_600, outcome: 'dropped' },
      { startedMs: 100, replyStartedMs: null, endedMs: 500, outcome: 'used' },
    ],
  });
});

test('a turn without a beginning has no timeline, and a stage that runs backwards is none', () => {
  expect(toTurnTimeline(turnMetrics())).toBe(null);
  const marks = { decisionMs: 100, llmStartMs: 300, llmFirstTokenMs: 200 };
  expect(spansOf({ marks })).toEqual([]);
});
