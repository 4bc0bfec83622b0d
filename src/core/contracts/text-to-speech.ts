// Speech synthesis: one utterance in, chunks of audio out. Types only.
import type { EngineInfo } from './engine.ts';

export interface TtsVoice {
  readonly id: string;
  readonly name: string;
  /** BCP 47; `und` of a voice that speaks whatever it is given. */
  readonly language: string;
}

export interface TtsRequest {
  /** Plain text: a clause or a sentence, without markup. */
  readonly text: string;
  /** A voice id, or null for the engine's default. */
  readonly voice: string | null;
  /** Of the text, BCP 47. Where that voice lacks it, another of the engine's that has it speaks. Default the voice's own. */
  readonly language?: string;
  /** 1 is the voice's own pace; 0.5 to 2. */
  readonly speed: number;
  /** Aborting ends the stream with the signal's reason, at the latest after the run in progress. */
  readonly signal: AbortSignal;
  /** Resolves when the first of its samples is played; never where nobody plays them. For voices that play by themselves. */
  readonly played?: Promise<void>;
}

export interface WordTime {
  /** Character offsets in the request's text. */
  readonly start: number;
  readonly end: number;
  /** Samples from the start of the chunk, at its rate; 0 for a word that began in the chunk before. */
  readonly startSample: number;
  readonly endSample: number;
}

export interface TtsChunk {
  /**
   * Mono, [-1, 1]. Owned by the receiver. Silence at both ends is trimmed; a chunk after the first opens
   * with the rest that the punctuation before it asks for. Rests between requests are the caller's.
   * Where `isContinued` there is neither: the next chunk goes on at the next sample.
   */
  readonly pcm: Float32Array;
  readonly sampleRateHz: number;
  /** The part of the request's text that this audio says: character offsets, end exclusive. */
  readonly span: { readonly start: number; readonly end: number };
  /** Only the beginning of what the voice makes in one go. Default false. */
  readonly isContinued?: boolean;
  /** Those that end in this chunk. Null where the model gives no durations. */
  readonly words: readonly WordTime[] | null;
}

export interface TtsEngine {
  readonly info: EngineInfo;
  readonly voices: readonly TtsVoice[];
  /**
   * It is heard by a way of its own, and its samples are silence that lasts as long: it speaks once `played` has resolved,
   * and is silent as soon as the request is aborted. Nothing can be made ahead, lowered or held. Default false.
   */
  readonly playsItself?: boolean;
  /** Text is never silently cut: what exceeds the model's limit is split at the nearest safe place. */
  synthesize(request: TtsRequest): AsyncIterable<TtsChunk>;
  dispose(): Promise<void>;
}
