// What a choice of engines is made from, and what it comes to.
import type { DeviceProbe } from '../agent/engine-choice.ts';
import type { ModelCatalog } from '../models/catalog.ts';

export interface Evidence {
  readonly probe: DeviceProbe;
  readonly catalog: ModelCatalog;
  /** BCP 47. */
  readonly language: string;
  /** Seconds that Kokoro was measured to compute for a second of speech here; null where it was not. */
  readonly kokoroRtf: number | null;
  /**
   * What recognisers and language models were measured to take here, by model: s for a second of speech, or for
   * eight tokens.
   */
  readonly rtfs: ReadonlyMap<string, number>;
  /** Whether options have Kokoro, where it is the voice, run on the graphics processor of this device. */
  readonly isKokoroOnGpu: boolean;
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
