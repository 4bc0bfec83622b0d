// Metrics of a turn with everything filled in that a test does not care for. Portable.
import { createTurnContextMarks, createTurnMarks } from '../../src/agent/metrics.ts';
import type { TurnContextMarks, TurnMarks, TurnMetrics } from '../../src/agent/metrics.ts';

type Parts = Omit<Partial<TurnMetrics>, 'marks' | 'contextMarks' | 'speculation'> & {
  readonly marks?: Partial<TurnMarks>;
  readonly contextMarks?: Partial<TurnContextMarks>;
  readonly speculation?: Partial<TurnMetrics['speculation']>;
};

export function turnMetrics({
  marks,
  contextMarks,
  speculation,
  ...rest
}: Parts = {}): TurnMetrics {
  return {
    turnId: 't1',
    isInterrupted: false,
    endOfTurn: [],
    completion: { voice: null, words: null, both: null },
    llm: {
      engine: null,
      model: null,
      promptTokens: null,
      completionTokens: null,
      decodeMs: null,
      calls: 1,
    },
    stt: { audioMs: 0, computeMs: 0 },
    tts: { audioMs: 0, computeMs: 0 },
    replyCharacters: 0,
    outputLatencyMs: null,
    audio: { underruns: 0, lostMs: 0 },
    ...rest,
    marks: { ...createTurnMarks(), ...marks },
    contextMarks: { ...createTurnContextMarks(), ...contextMarks },
    speculation: {
      started: 0,
      used: 0,
      dropped: 0,
      droppedTokens: 0,
      droppedSpeechMs: 0,
      attempts: [],
      ...speculation,
    },
  };
}
