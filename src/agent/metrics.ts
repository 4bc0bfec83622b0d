// Timings of one turn, stage by stage. Portable.
import type { TurnCompletion } from '../turn/turn-protocol.ts';

/** Milliseconds on the event clock (`atMs`), null where the stage did not happen. */
export interface TurnMarks {
  speechEndMs: number | null;
  eagerMs: number | null;
  decisionMs: number | null;
  sttFinalMs: number | null;
  /** The language model was asked. */
  llmStartMs: number | null;
  llmFirstTokenMs: number | null;
  /** Its last answer of this turn was complete. */
  llmEndMs: number | null;
  firstClauseMs: number | null;
  firstPcmMs: number | null;
  /** First sample of what may be played besides the reply's own words: an acknowledgement, a tone. */
  firstPhraseMs: number | null;
  /** First sample of the reply's own words. */
  firstAudibleMs: number | null;
  /** The reply was played or cut off. */
  replyEndMs: number | null;
}

/** AudioContext time of the marks that the audio itself gives, in ms: exact to one quantum. */
export interface TurnContextMarks {
  /** End of the last speech window. */
  speechEndMs: number | null;
  eagerMs: number | null;
  /** End of the last window that the decision is based on. */
  decisionMs: number | null;
  /** When it was taken: later than that where an answer came between two windows. */
  decisionTakenMs: number | null;
  firstAudibleMs: number | null;
}

/** One question to the end-of-turn model; times on the event clock. */
export interface EndOfTurnLook {
  readonly askedMs: number;
  /** Null while there is no answer. */
  readonly answeredMs: number | null;
  /** That the person has finished, 0 to 1. */
  readonly probability: number | null;
}

/** Work begun ahead of the decision, for one silence of the person; times on the event clock. */
export interface SpeculativeAttempt {
  readonly startedMs: number;
  /** When an answer was begun on its words, before the silence where they were whole by then; null where none was. */
  readonly replyStartedMs: number | null;
  /** When it was taken or dropped. */
  readonly endedMs: number | null;
  /**
   * `used`: transcript and answer; `transcript-only`: no answer was begun, or it no longer fitted;
   * `dropped`: the person went on speaking.
   */
  readonly outcome: 'used' | 'transcript-only' | 'dropped';
}

export interface TurnMetrics {
  readonly turnId: string;
  readonly isInterrupted: boolean;
  readonly marks: Readonly<TurnMarks>;
  readonly contextMarks: Readonly<TurnContextMarks>;
  /** In the order asked, those of pauses that the person ended by going on included. */
  readonly endOfTurn: readonly EndOfTurnLook[];
  /** What was known when the turn was taken; all null for a typed one. */
  readonly completion: TurnCompletion;
  /** Token counts are those of the latest call. */
  readonly llm: {
    /** The engine's name, for example `llama`; null while none was asked. */
    readonly engine: string | null;
    readonly model: string | null;
    /** Evaluated, not taken from a cache. */
    readonly promptTokens: number | null;
    readonly completionTokens: number | null;
    /** What the tokens after the first took to compute; null where the engine does not tell, or they are few. */
    readonly decodeMs: number | null;
    readonly calls: number;
  };
  /** The latest decode of the turn's words: of how much audio, and what it took; 0 where the engine does not tell. */
  readonly stt: { readonly audioMs: number; readonly computeMs: number };
  /** Length of the synthesised speech, and the compute spent on it. */
  readonly tts: { readonly audioMs: number; readonly computeMs: number };
  readonly replyCharacters: number;
  /** From the agent's last audio node to the ear, as the browser tells it; null while nothing can be heard. */
  readonly outputLatencyMs: number | null;
  /** What was lost on the way in or out. */
  readonly audio: {
    /** Times that the reply ran dry in its midst: gaps that were heard. */
    readonly underruns: number;
    /** Of the microphone, since the turn before: captured sooner than it was listened to. */
    readonly lostMs: number;
  };
  readonly speculation: {
    readonly started: number;
    readonly used: number;
    readonly dropped: number;
    /** What dropped answers had cost by then. */
    readonly droppedTokens: number;
    readonly droppedSpeechMs: number;
    /** In the order started; the latest 16. */
    readonly attempts: readonly SpeculativeAttempt[];
  };
}

export function createTurnMarks(): TurnMarks {
  return {
    speechEndMs: null,
    eagerMs: null,
    decisionMs: null,
    sttFinalMs: null,
    llmStartMs: null,
    llmFirstTokenMs: null,
    llmEndMs: null,
    firstClauseMs: null,
    firstPcmMs: null,
    firstPhraseMs: null,
    firstAudibleMs: null,
    replyEndMs: null,
  };
}

export function createTurnContextMarks(): TurnContextMarks {
  return {
    speechEndMs: null,
    eagerMs: null,
    decisionMs: null,
    decisionTakenMs: null,
    firstAudibleMs: null,
  };
}
