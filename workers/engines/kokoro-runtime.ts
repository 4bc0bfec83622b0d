// What Kokoro's network runs on, as the voice sees it. Types only.
import type { Logger } from '../../src/core/logger.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { KokoroInput, KokoroSpeech } from '../runtimes/kokoro/kokoro-network.ts';

export const KOKORO_MODEL_ID = 'kokoro-82m';
export const KOKORO_MODEL_FILE = 'kokoro-v1.0.int8.onnx';

export interface KokoroRuntime {
  readonly backend: EngineInfo['backend'];
  readonly threads: number;
  /** One run at a time. Rejects with the signal's reason, at the latest at the end of the run, or with `gpu-lost`. */
  speak(input: KokoroInput, signal: AbortSignal): Promise<KokoroSpeech>;
  dispose(): Promise<void>;
}

export interface KokoroRuntimeOptions {
  readonly files: ModelFiles;
  /** 1 without isolation, whatever is asked for. */
  readonly threads: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}
