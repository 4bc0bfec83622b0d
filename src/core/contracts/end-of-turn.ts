// End of turn: the probability that a person who fell silent has finished. Types only.
import type { EngineInfo } from './engine.ts';

export interface EndOfTurnEngine {
  readonly info: EngineInfo;
  readonly sampleRateHz: number;
  /** What the model looks at, at most: earlier samples are ignored. */
  readonly windowSamples: number;
  /**
   * `pcm`: mono samples in [-1, 1] from the start of the turn (or later) up to now, the silence at the
   * end included; only read during the call. Resolves with a probability, 0 to 1. Rejects with the
   * signal's reason on abort. Calls may overlap; they are answered in order.
   */
  predict(pcm: Float32Array, options: { signal: AbortSignal }): Promise<number>;
  dispose(): Promise<void>;
}
