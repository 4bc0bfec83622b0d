// How long the stub engines take. Any thread.

/** About what the real ones take on two cores; `llm` is the first token of the local server. */
export const STUB_MS = { stt: 100, endOfTurn: 40, llm: 100, tts: 150 } as const;
