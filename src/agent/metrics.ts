// Timings of one turn, stage by stage. Portable.

/** Milliseconds on the event clock (`atMs`), null where the stage did not happen. */
export interface TurnMarks {
  speechEndMs: number | null;
  eagerMs: number | null;
  decisionMs: number | null;
  sttFinalMs: number | null;
  llmFirstTokenMs: number | null;
  firstClauseMs: number | null;
  firstPcmMs: number | null;
  firstAudibleMs: number | null;
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

export interface TurnMetrics {
  readonly marks: Readonly<TurnMarks>;
  readonly contextMarks: Readonly<TurnContextMarks>;
  /** In the order asked, those of pauses that the person ended by going on included. */
  readonly endOfTurn: readonly EndOfTurnLook[];
  readonly llm: {
    readonly promptTokens: number | null;
    readonly completionTokens: number | null;
    readonly calls: number;
  };
  /** Length of the synthesised speech, and the compute spent on it. */
  readonly tts: { readonly audioMs: number; readonly computeMs: number };
  readonly replyCharacters: number;
  readonly speculation: {
    readonly started: number;
    readonly used: number;
    readonly dropped: number;
    /** What dropped attempts had cost by then. */
    readonly droppedTokens: number;
    readonly droppedSpeechMs: number;
  };
}

export function createTurnMarks(): TurnMarks {
  return {
    speechEndMs: null,
    eagerMs: null,
    decisionMs: null,
    sttFinalMs: null,
    llmFirstTokenMs: null,
    firstClauseMs: null,
    firstPcmMs: null,
    firstAudibleMs: null,
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
