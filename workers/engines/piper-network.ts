// What Piper's networks have in common, whatever they run on. In the speak worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { SpokenRun } from './piecewise-tts.ts';

export interface PiperNetworkOptions {
  readonly files: ModelFiles;
  readonly modelId: string;
  readonly fileName: string;
  readonly threads: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface PiperRunOptions {
  /** Of the latents, and of durations; 0: none. */
  readonly noise: number;
  readonly durationNoise: number;
  /** What durations are multiplied by. */
  readonly length: number;
  /** A voice with one speaker does without. */
  readonly speaker: number;
  readonly signal: AbortSignal;
}

export interface PiperNetwork {
  /** One run at a time. Rejects with the signal's reason, or with `synthesis-failed`. */
  speak(ids: readonly number[], options: PiperRunOptions): AsyncGenerator<SpokenRun>;
  dispose(): Promise<void>;
}
