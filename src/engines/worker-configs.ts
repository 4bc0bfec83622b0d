// What the main thread tells engine workers to load. Plain data, cloned across. Types only.
import type { EngineBackend } from '../core/contracts/engine.ts';
import type { ModelCatalog } from '../models/catalog.ts';

export interface EngineWorkerConfig {
  readonly catalog: ModelCatalog;
  readonly threads: number;
}

export interface StoreConfig {
  readonly catalog: ModelCatalog;
  /** Places of the model folders, tried in turn; absolute, since a worker resolves relative addresses against its own script. */
  readonly baseUrls: readonly string[];
  /** Whether files stay on the device between visits. */
  readonly keepsFiles: boolean;
}

export interface ListenConfig extends EngineWorkerConfig {
  /** Which recogniser it is for is told by its files. */
  readonly modelId: string;
  readonly backend: EngineBackend;
}

export interface EndOfTurnConfig extends EngineWorkerConfig {
  readonly engine: 'smart-turn';
}

export interface ThinkConfig extends EngineWorkerConfig {
  readonly modelId: string;
  readonly backend: EngineBackend;
  /** What answers when a graphics processor fails a model that runs nowhere else; null for nothing. */
  readonly spareModelId: string | null;
}

export interface SpeakConfig extends EngineWorkerConfig {
  /** A model of the catalogue: which engine it is for is told by its files. */
  readonly engine: 'kokoro' | 'piper' | 'flite' | { readonly modelId: string };
  readonly voice: string | null;
  /** BCP 47; chooses the voice where `voice` names none. */
  readonly language: string;
  readonly phonemes: 'auto' | 'espeak';
  readonly backend: EngineBackend;
}

/** `Options` are the conversation's, which this room does not know. */
export interface TurnConfig<Options> extends EngineWorkerConfig {
  readonly options: Options;
}
