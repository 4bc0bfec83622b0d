// What a choice of engines is made from, and what it comes to. Types only.
import type { DeviceProbe } from '../agent/engine-choice.ts';
import type { ModelCatalog } from '../models/catalog.ts';

export interface Evidence {
  readonly probe: DeviceProbe;
  readonly catalog: ModelCatalog;
  /** BCP 47. */
  readonly language: string;
  /** Seconds that Kokoro was measured to compute for a second of speech here; null where it was not. */
  readonly kokoroRtf: number | null;
  /** Whether options have the voice run on the graphics processor of this device. */
  readonly isVoiceOnGpu: boolean;
  /** Whether a small language model may answer until the one that suits the device is there. */
  readonly startsSmall: boolean;
}

/** A choice for one stage, and why. */
export interface Picked<Engine> {
  readonly engine: Engine;
  readonly reason: string;
  /** To be tried beside it. */
  readonly better?: Engine;
}
