// Voice activity detection: the probability of speech in one window. Types only.
import type { EngineInfo } from './engine.ts';

export interface VadEngine {
  readonly info: EngineInfo;
  readonly sampleRateHz: number;
  readonly windowSamples: number;
  /**
   * Probability of speech, 0 to 1, in the next window: mono float samples in [-1, 1], exactly
   * `windowSamples` long. The engine keeps state between windows, so calls must not overlap.
   */
  process(window: Float32Array): Promise<number>;
  /** Forgets everything heard so far. */
  reset(): void;
  dispose(): Promise<void>;
}
