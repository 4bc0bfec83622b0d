// What engine workers and the model store serve on a port: the stage contracts with ids in place of objects, since
// streams, signals and callbacks do not cross threads. Types only.
import type { LlmPart, LlmPrefill, LlmRequest } from '../core/contracts/language-model.ts';
import type {
  FinalTranscript,
  PartialTranscript,
  SttStreamOptions,
} from '../core/contracts/speech-to-text.ts';
import type { StorageFallbackReason, StoredModel } from '../core/contracts/model-files.ts';
import type { TtsChunk, TtsRequest } from '../core/contracts/text-to-speech.ts';

export type SttServiceStreamOptions = Pick<SttStreamOptions, 'language' | 'hints'>;

/** Streams are numbered by the caller, upwards. Calls for an unknown or closed stream do nothing. */
export interface SttService {
  /** Registers who is told of partial transcripts; the latest registration holds. */
  listen(onPartial: (streamId: number, partial: PartialTranscript) => void): void;
  open(streamId: number, options: SttServiceStreamOptions): void;
  push(streamId: number, pcm: Float32Array): void;
  transcribe(streamId: number): Promise<FinalTranscript>;
  close(streamId: number): void;
}

/** Requests are numbered by the caller, upwards. `pcm` is transferred, and as the contract has it. */
export interface EndOfTurnService {
  predict(requestId: number, pcm: Float32Array): Promise<number>;
  cancel(requestId: number): void;
}

/** Requests are numbered by the caller, upwards. `generate` resolves when the last part was handed on. */
export interface LlmService {
  listen(onPart: (requestId: number, part: LlmPart) => void): void;
  generate(requestId: number, request: Omit<LlmRequest, 'signal'>): Promise<void>;
  prefill(requestId: number, prefill: Omit<LlmPrefill, 'signal'>): Promise<void>;
  /** Of a model that does not tell, null after a mere prefill; undefined when cancelled. */
  predictEnd(
    requestId: number,
    prefill: Omit<LlmPrefill, 'signal'>,
  ): Promise<number | null | undefined>;
  /** Answers nobody; as `measureLlmRtf`, undefined when cancelled. */
  measureRtf(requestId: number): Promise<number | null | undefined>;
  rest(limitMs: number): void;
  wake(): void;
  cancel(requestId: number): void;
}

/** `outputRateHz` null leaves the chunks at the voice's own rate. */
export type TtsServiceRequest = Omit<TtsRequest, 'signal' | 'played'> & {
  readonly outputRateHz: number | null;
};

export interface TtsService {
  listen(onChunk: (requestId: number, chunk: TtsChunk) => void): void;
  synthesize(requestId: number, request: TtsServiceRequest): Promise<void>;
  /** The first sample of a request is played. Told to voices that play by themselves. */
  handlePlayed(requestId: number): void;
  /** Says a sentence to nobody; seconds of computing for a second of speech, undefined when cancelled. */
  measureRtf(requestId: number): Promise<number | undefined>;
  cancel(requestId: number): void;
}

/** A model on its way: bytes of all its files. */
export interface ModelLoadProgress {
  readonly modelId: string;
  /** Here by now, from wherever. */
  readonly loadedBytes: number;
  /** Those of them that came over the network. */
  readonly fetchedBytes: number;
  readonly totalBytes: number;
}

export interface ModelStoreObserver {
  handleProgress(progress: ModelLoadProgress): void;
  handleFallback(reason: StorageFallbackReason): void;
}

/** Serves several callers: each numbers its requests so that nobody else has the same. */
export interface ModelStoreService {
  /** Registers who is told; the latest registration holds. */
  listen(observer: ModelStoreObserver): void;
  /** As `ModelFiles.read`; the buffer is transferred. */
  read(requestId: number, modelId: string, fileName: string): Promise<ArrayBuffer>;
  cancel(requestId: number): void;
  list(): Promise<readonly StoredModel[]>;
  delete(modelId: string): Promise<void>;
  prefer(modelIds: readonly string[]): void;
  setPaused(isPaused: boolean): void;
}
