// Sample arithmetic on mono float PCM in [-1, 1], portable: any thread, the audio thread included.

/** All parts in one, one after the other; owned by the caller. */
export function concatenate(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Root mean square of the samples; 0 for none. */
export function toRms(pcm: Float32Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length);
}

/** Largest magnitude; 0 for none. */
export function toPeak(pcm: Float32Array): number {
  let peak = 0;
  for (const sample of pcm) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

/** An amplitude, 1 being full scale, in decibels; -Infinity for 0. */
export function toDecibels(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

export function fromDecibels(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** Multiplies in place by a gain that goes linearly from `from` (before the first sample) to `to` (the last). */
export function applyGainRamp(pcm: Float32Array, gains: { from: number; to: number }): void {
  const step = (gains.to - gains.from) / pcm.length;
  for (let i = 0; i < pcm.length; i += 1) {
    const gain = i === pcm.length - 1 ? gains.to : gains.from + step * (i + 1);
    pcm[i] = (pcm[i] ?? 0) * gain;
  }
}

/** Fades the first `fadeSamples` in, in place; fewer when there are fewer. */
export function fadeIn(pcm: Float32Array, fadeSamples: number): void {
  applyGainRamp(pcm.subarray(0, Math.max(0, fadeSamples)), { from: 0, to: 1 });
}

/** Fades the last `fadeSamples` out, in place; the very last becomes 0. */
export function fadeOut(pcm: Float32Array, fadeSamples: number): void {
  const first = Math.max(0, pcm.length - Math.max(0, fadeSamples));
  applyGainRamp(pcm.subarray(first), { from: 1, to: 0 });
}

/**
 * The average of all channels, into `into`. With no channel at all (nothing is connected) it is
 * silence, so that a clock made of samples goes on. Allocates nothing.
 */
export function mixDown(channels: readonly Float32Array[], into: Float32Array): void {
  into.fill(0);
  for (let c = 0; c < channels.length; c += 1) {
    const channel = channels[c];
    if (channel === undefined) continue;
    for (let i = 0; i < into.length; i += 1) {
      into[i] = (into[i] ?? 0) + (channel[i] ?? 0) / channels.length;
    }
  }
}

/** Copies `mono` to every channel. Allocates nothing. */
export function copyToAll(mono: Float32Array, channels: readonly Float32Array[]): void {
  for (let c = 0; c < channels.length; c += 1) channels[c]?.set(mono);
}

export interface Trimmed {
  /** A view of the input, not a copy; empty when all was silence. */
  readonly pcm: Float32Array;
  readonly leadingSamples: number;
  readonly trailingSamples: number;
}

export interface TrimOptions {
  /** Magnitudes up to this are silence, for example 0.01 for -40 dBFS. */
  readonly threshold: number;
  /** Silence left before the first sound, so that a soft onset survives. Default 0. */
  readonly keepBefore?: number;
  /** The same after the last. */
  readonly keepAfter?: number;
  /** Which ends are cut. Default both. */
  readonly ends?: 'both' | 'leading' | 'trailing';
}

/** Cuts silence off the ends, and says how much. */
export function trimSilence(pcm: Float32Array, options: TrimOptions): Trimmed {
  const { threshold, keepBefore = 0, keepAfter = 0, ends = 'both' } = options;
  const isSound = (sample: number): boolean => Math.abs(sample) > threshold;
  const first = pcm.findIndex(isSound);
  if (first < 0) return { pcm: pcm.subarray(0, 0), leadingSamples: pcm.length, trailingSamples: 0 };
  const last = pcm.findLastIndex(isSound);
  const start = ends === 'trailing' ? 0 : Math.max(0, first - keepBefore);
  const end = ends === 'leading' ? pcm.length : Math.min(pcm.length, last + 1 + keepAfter);
  return {
    pcm: pcm.subarray(start, end),
    leadingSamples: start,
    trailingSamples: pcm.length - end,
  };
}

/** 16-bit integers as floats: -32768 becomes -1. */
export function toFloat32(pcm: Int16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(pcm, (sample) => sample / 32_768);
}

/** Floats as 16-bit integers, rounded, limited to the range; what is not a number becomes 0. */
export function toInt16(pcm: Float32Array): Int16Array<ArrayBuffer> {
  return Int16Array.from(pcm, (sample) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
  );
}
