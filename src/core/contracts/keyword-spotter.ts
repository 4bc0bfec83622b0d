// Keyword spotting: whether the words that call the agent were said. Types only.
import type { EngineInfo } from './engine.ts';

export interface KeywordSpotter {
  readonly info: EngineInfo;
  /**
   * Whether a keyword was found by the end of these samples: mono 16 kHz in [-1, 1], as many as there are. It is found
   * once, some 0.1 to 0.4 s after it was said. The engine keeps state between calls, so they must not overlap.
   * Rejects with `disposed`.
   */
  process(pcm: Float32Array): Promise<boolean>;
  /** Forgets everything heard so far. */
  reset(): void;
  dispose(): Promise<void>;
}
