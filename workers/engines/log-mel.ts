// What Whisper hears of the last 8 s: a spectrogram of 80 mel bands by 800 frames, as the Smart Turn
// models were trained on it. In any worker.
import { FourierTransform } from './fourier.ts';
import { createMelFilters } from './mel-filters.ts';

/** 8 s at 16 kHz. */
export const LOG_MEL_SAMPLES = 128_000;
export const LOG_MEL_SHAPE: readonly [bands: number, frames: number] = [80, 800];

const SAMPLE_RATE_HZ = 16_000;
const FRAME_SAMPLES = 400;
const HOP_SAMPLES = 160;
const BINS = FRAME_SAMPLES / 2 + 1;
/** A frame is centred on its hop, so half a frame is mirrored at either end. */
const MARGIN_SAMPLES = FRAME_SAMPLES / 2;
const [BANDS, FRAMES] = LOG_MEL_SHAPE;
const SMALLEST_POWER = 1e-10;
const SMALLEST_VARIANCE = 1e-7;
/** 80 dB: what is further below the loudest point is lifted to it. */
const RANGE_LOG10 = 8;

/**
 * Keeps its buffers between calls; each call costs two real transforms per 20 ms of sound. `frames`:
 * how many of the last ones are wanted, an even number; loudness is measured over 8 s all the same.
 */
export class LogMel {
  readonly #frames: number;
  readonly #features: Float32Array;
  readonly #padded = new Float32Array(LOG_MEL_SAMPLES + 2 * MARGIN_SAMPLES);
  readonly #transform = new FourierTransform(FRAME_SAMPLES);
  readonly #hann = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME_SAMPLES),
  );
  readonly #filters = createMelFilters({
    filters: BANDS,
    bins: BINS,
    sampleRateHz: SAMPLE_RATE_HZ,
  });
  /** Of the two frames at work. */
  readonly #powers = [new Float64Array(BINS), new Float64Array(BINS)] as const;

  constructor({ frames = FRAMES }: { frames?: number } = {}) {
    this.#frames = frames;
    this.#features = new Float32Array(BANDS * frames);
  }

  /**
   * @param pcm Mono, 16 kHz: the last 8 s of it count, and silence is put in front of less.
   * @returns bands by frames, band by band, about -1 to 1.5. Overwritten by the next call.
   */
  compute(pcm: Float32Array): Float32Array {
    const heard = pcm.subarray(Math.max(0, pcm.length - LOG_MEL_SAMPLES));
    this.#load(heard);
    const firstHeard = firstFrameToCompute(LOG_MEL_SAMPLES - heard.length);
    const firstFrame = Math.max(firstHeard, FRAMES - this.#frames);
    for (let frame = firstFrame; frame < FRAMES; frame += 2) this.#computePair(frame);
    this.#compress(firstFrame);
    return this.#features;
  }

  /** Brings the window to zero mean and unit variance, the silence in front included. */
  #load(heard: Float32Array): void {
    const padded = this.#padded;
    const { mean, variance } = momentsOf(heard);
    const scale = 1 / Math.sqrt(variance + SMALLEST_VARIANCE);
    const start = MARGIN_SAMPLES + LOG_MEL_SAMPLES - heard.length;
    padded.fill(-mean * scale, 0, start);
    for (let i = 0; i < heard.length; i += 1) padded[start + i] = ((heard[i] ?? 0) - mean) * scale;
    const last = MARGIN_SAMPLES + LOG_MEL_SAMPLES - 1;
    for (let i = 1; i <= MARGIN_SAMPLES; i += 1) {
      padded[MARGIN_SAMPLES - i] = padded[MARGIN_SAMPLES + i] ?? 0;
      padded[last + i] = padded[last - i] ?? 0;
    }
  }

  /** Two frames by one transform: the second rides as the imaginary part. */
  #computePair(frame: number): void {
    const { re, im } = this.#transform.samples;
    const padded = this.#padded;
    const hann = this.#hann;
    const start = frame * HOP_SAMPLES;
    for (let i = 0; i < FRAME_SAMPLES; i += 1) {
      const weight = hann[i] ?? 0;
      re[i] = (padded[start + i] ?? 0) * weight;
      im[i] = (padded[start + HOP_SAMPLES + i] ?? 0) * weight;
    }
    this.#transform.run();
    this.#separate();
    this.#filter(frame, this.#powers[0]);
    this.#filter(frame + 1, this.#powers[1]);
  }

  /** The spectrum of a real signal is symmetric, which tells the two apart again. */
  #separate(): void {
    const { re, im } = this.#transform.samples;
    const [first, second] = this.#powers;
    for (let bin = 0; bin < BINS; bin += 1) {
      const mirrored = bin === 0 ? 0 : FRAME_SAMPLES - bin;
      const r = re[bin] ?? 0;
      const i = im[bin] ?? 0;
      const mirroredR = re[mirrored] ?? 0;
      const mirroredI = im[mirrored] ?? 0;
      first[bin] = ((r + mirroredR) ** 2 + (i - mirroredI) ** 2) / 4;
      second[bin] = ((i + mirroredI) ** 2 + (mirroredR - r) ** 2) / 4;
    }
  }

  #filter(frame: number, powers: Float64Array): void {
    const features = this.#features;
    let at = this.#indexOf(frame);
    for (const { firstBin, weights } of this.#filters) {
      let power = 0;
      for (let i = 0; i < weights.length; i += 1) {
        power += (weights[i] ?? 0) * (powers[firstBin + i] ?? 0);
      }
      features[at] = Math.log10(Math.max(SMALLEST_POWER, power));
      at += this.#frames;
    }
  }

  /** Where a frame of the window stands in a band. */
  #indexOf(frame: number): number {
    return frame - (FRAMES - this.#frames);
  }

  /** Spreads the frame of silence over those before it, and brings the range to the model's. */
  #compress(firstFrame: number): void {
    const features = this.#features;
    const first = this.#indexOf(firstFrame);
    for (let row = 0; row < features.length; row += this.#frames) {
      features.fill(features[row + first] ?? 0, row, row + first);
    }
    let loudest = -Infinity;
    for (let i = 0; i < features.length; i += 1) loudest = Math.max(loudest, features[i] ?? 0);
    const floor = loudest - RANGE_LOG10;
    for (let i = 0; i < features.length; i += 1) {
      features[i] = (Math.max(features[i] ?? 0, floor) + 4) / 4;
    }
  }
}

/** Of the whole window: what is not heard is silence. */
function momentsOf(heard: Float32Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < heard.length; i += 1) {
    const sample = heard[i] ?? 0;
    sum += sample;
    squares += sample * sample;
  }
  const mean = sum / LOG_MEL_SAMPLES;
  return { mean, variance: Math.max(0, squares / LOG_MEL_SAMPLES - mean * mean) };
}

/** Frames of silence alone are all alike: of those in front, only the last pair is computed. */
function firstFrameToCompute(silentSamples: number): number {
  const silentFrames = Math.max(0, Math.floor((silentSamples - FRAME_SAMPLES) / HOP_SAMPLES));
  return 2 * Math.max(0, Math.floor(silentFrames / 2) - 1);
}
