// What a loaded engine worker says of itself. Types only.
import type { EngineInfo } from './engine.ts';
import type { TtsVoice } from './text-to-speech.ts';

export interface LoadedEngine {
  readonly info: EngineInfo;
  /** Empty but for a voice engine. */
  readonly voices: readonly TtsVoice[];
  /** Empty where the engine does not tell: any. */
  readonly languages: readonly string[];
  /** Of a language model: whether it calls tools. Absent means true. */
  readonly supportsTools?: boolean;
  /** Of a voice, as `TtsEngine` has it. Absent means false. */
  readonly playsItself?: boolean;
}
