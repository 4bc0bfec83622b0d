// What Piper's networks have in common, whatever they run on. In the speak worker.
import type { Logger } from '../../src/core/logger.ts';

export interface PiperNetworkOptions {
  readonly modelId: string;
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

/** The samples of a run, or the next part of them. */
export interface PiperAudio {
  readonly pcm: Float32Array;
  /** Where each id ends, in samples from the start of `pcm`, preceded by where the first begins; null where the graph does not tell. */
  readonly idEnds: readonly number[] | null;
  /** How much of the run is made with this, up to 1; the last part has 1. */
  readonly share: number;
}

export interface PiperNetwork {
  /** One run at a time. Rejects with the signal's reason, or with `synthesis-failed`. */
  speak(ids: readonly number[], options: PiperRunOptions): AsyncGenerator<PiperAudio>;
  dispose(): Promise<void>;
}

/** @param durations frames of each id; @param from the frame that the samples begin with. */
export function toIdEnds(
  durations: Float32Array,
  { from, samplesPerFrame }: { from: number; samplesPerFrame: number },
): number[] {
  let frame = -from;
  const ends = Array.from(durations, (frames) => (frame += frames) * samplesPerFrame);
  return [-from * samplesPerFrame, ...ends];
}
