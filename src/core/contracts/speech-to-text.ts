// Speech recognition: one stream per stretch of user speech. Types only.
import type { EngineInfo } from './engine.ts';

/** Milliseconds in a transcript count from the first sample pushed into its stream. */
export interface PartialTranscript {
  /** The whole text so far: the stable prefix and what may still change. */
  readonly text: string;
  /** The prefix that no later partial of this stream will take back. */
  readonly stableText: string;
  readonly isFinal: false;
  readonly startMs: number;
  readonly endMs: number;
}

export interface FinalTranscript {
  readonly text: string;
  readonly isFinal: true;
  readonly startMs: number;
  readonly endMs: number;
  /** Mean token probability, 0 to 1; null where the model gives none. */
  readonly confidence: number | null;
  /** True when the engine missed its deadline and the text is what was known by then. */
  readonly isTimedOut: boolean;
  /** What was heard, as a primary BCP 47 tag; null, or left out, where the recogniser does not tell. */
  readonly language?: string | null;
  /** What the decode that made it took, and of how much audio; absent where the engine does not tell. */
  readonly cost?: { readonly audioMs: number; readonly computeMs: number };
}

/** A short phrase that is likelier than the recogniser thinks. */
export interface PhraseHint {
  readonly text: string;
  /** By how much, as a difference of log-probabilities in nats, 0 to 10. */
  readonly boost: number;
}

export interface SttStreamOptions {
  /** BCP 47, for example `en`. `und` has it told from what is heard; a recogniser that cannot do so throws `unsupported`. */
  readonly language: string;
  /**
   * What a short utterance is likely to be: one of these is heard where something else sounds much the
   * same. A recogniser without such means ignores them. Default none.
   */
  readonly hints?: readonly PhraseHint[];
  /** Called when the text changes while speech goes on. */
  readonly onPartial: (partial: PartialTranscript) => void;
  /** Aborting closes the stream and rejects a pending `transcribe`. */
  readonly signal: AbortSignal;
}

export interface SttStream {
  /** Adds mono 16 kHz samples; they are copied. Never blocks. */
  push(pcm: Float32Array): void;
  /**
   * The transcript of everything pushed up to now. The stream stays open: when the person goes on
   * speaking, push more and ask again. Rejects with the signal's reason on abort.
   */
  transcribe(options: { signal: AbortSignal }): Promise<FinalTranscript>;
  /** Forgets the audio. Idempotent. */
  close(): void;
}

export interface SttEngine {
  readonly info: EngineInfo;
  readonly languages: readonly string[];
  open(options: SttStreamOptions): SttStream;
  dispose(): Promise<void>;
}
