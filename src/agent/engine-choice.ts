// What a device can do, and which engine each stage takes on it, in words for people. Types only.
import type { LocalLlmOptions, LocalSttOptions, LocalTtsOptions, NamedVoice } from './options.ts';

export interface DeviceGpu {
  /** `software` computes on the processor: right, and very slow. */
  readonly kind: 'hardware' | 'software' | 'none';
  /** As the browser calls it; empty where it does not tell. */
  readonly name: string;
  /** Whether its programs may use 16-bit floats (`shader-f16`). */
  readonly hasFloat16: boolean;
}

export interface DeviceProbe {
  /** Logical processors, as the browser tells. */
  readonly cores: number;
  /** Gibibytes, rounded by the browser, and capped by some; null where it does not tell. */
  readonly memoryGib: number | null;
  /** Whether the page is isolated: shared memory, and more than one thread per model. */
  readonly hasSharedMemory: boolean;
  readonly gpu: DeviceGpu;
  /** What this origin may still keep; null where the browser does not tell. */
  readonly freeBytes: number | null;
}

/** Stages with more than one engine to choose from. */
export type ChosenStage = 'stt' | 'llm' | 'tts';

export interface EngineChoice {
  readonly stage: ChosenStage;
  /** A model of the catalogue, a voice of `engines.tts`, or the kind of an engine elsewhere. */
  readonly engine: string;
  readonly name: string;
  /** `device`: by the probe, for an option `auto`. `page`: the options name it. */
  readonly chosenBy: 'device' | 'page';
  /** One or two sentences, in English. */
  readonly reason: string;
  /** What is fetched and tried while the engine is at work, and takes its place if this device keeps up with it. */
  readonly better: EngineOffer | null;
}

/** An engine that an option may name here. */
export interface EngineOffer {
  /** `wake` of keyword spotters. */
  readonly stage: ChosenStage | 'wake';
  readonly engine: string;
  readonly name: string;
}

export interface DeviceReport {
  readonly probe: DeviceProbe;
  /** One for each of `stt`, `llm` and `tts`. */
  readonly choices: readonly EngineChoice[];
  /** What the site's catalogue has for the stages, keyword spotters included, and the language. */
  readonly offers: readonly EngineOffer[];
  /**
   * Primary BCP 47 tags of what its language models answer in, `*` for any; and `auto` where it has a recogniser that tells
   * which language it hears.
   */
  readonly languages: readonly string[];
}

/** What `auto` means on a device. */
export interface ChosenEngines {
  readonly stt: LocalSttOptions;
  readonly llm: LocalLlmOptions;
  readonly tts: NamedVoice | LocalTtsOptions | 'none';
}

/** Before the device was looked at. */
export const UNPROBED_ENGINES: ChosenEngines & { readonly tts: NamedVoice } = {
  stt: { kind: 'local', modelId: 'moonshine-tiny-en' },
  llm: { kind: 'local', modelId: 'smollm2-135m-instruct' },
  tts: 'kokoro',
};
