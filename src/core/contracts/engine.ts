// What every engine says of itself, whatever its stage. Types only.

export type EngineStage = 'vad' | 'wake' | 'stt' | 'turn' | 'llm' | 'tts';

/**
 * What an engine is asked to run on. `auto`: WebGPU where the model's entry lists it and a graphics processor of hardware
 * passed its self-test, else WASM. `webgpu`: one in software too, and tested anew.
 */
export type EngineBackend = 'auto' | 'wasm' | 'webgpu';

export interface EngineInfo {
  /** Short stable name, for example `moonshine`. */
  readonly name: string;
  readonly stage: EngineStage;
  /** Catalogue ids of the weights in use; empty for a remote engine. */
  readonly modelIds: readonly string[];
  /** What a remote engine calls its model. */
  readonly modelName?: string;
  /** Where it runs. `remote` means that text or audio leaves the device. */
  readonly backend: 'wasm' | 'webgpu' | 'js' | 'remote';
  /** Threads its runtime was given; 1 on a page without SharedArrayBuffer. */
  readonly threads: number;
}
