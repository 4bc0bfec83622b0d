// Kokoro's speech with the silence that its kernels leave out. Pure.
import type { KokoroSpeech } from '../../workers/runtimes/kokoro/kokoro-network.ts';

/** Durations of symbols count these. */
export const FRAME_SAMPLES = 600;

/** As long as the shipped graph makes it. */
export function toWholeSpeech({ pcm, frames, skippedSamples }: KokoroSpeech): Float32Array {
  const length = frames.reduce((sum, count) => sum + count, 0) * FRAME_SAMPLES;
  const whole = new Float32Array(length);
  whole.set(pcm, skippedSamples);
  return whole;
}
