// The one rule for "there is sound", for the audio thread while recording and for Node afterwards.

/** -40 dBFS as RMS, full scale being 1. Every figure of a report stands on it. */
export const LOUD_RMS = 0.01;

/** Windows do not overlap and are counted from the first recorded sample. */
export const LOUD_WINDOW_MS = 10;

/** Silence on the agent's channel after which a reply may be over. */
export const REPLY_GAP_MS = 700;

/** Says of each window, as samples come in, whether it was loud. No allocation. */
export class LoudnessGate {
  readonly #windowSamples: number;
  #squares = 0;
  #count = 0;
  #isLoud = false;

  constructor(sampleRateHz: number) {
    this.#windowSamples = Math.round((sampleRateHz * LOUD_WINDOW_MS) / 1000);
  }

  /** Of the last complete window. */
  get isLoud(): boolean {
    return this.#isLoud;
  }

  get windowSamples(): number {
    return this.#windowSamples;
  }

  /** Adds one sample; true when it completed a window whose verdict differs from the one before. */
  push(sample: number): boolean {
    this.#squares += sample * sample;
    this.#count += 1;
    if (this.#count < this.#windowSamples) return false;
    const isLoud = Math.sqrt(this.#squares / this.#count) > LOUD_RMS;
    this.#squares = 0;
    this.#count = 0;
    const isChanged = isLoud !== this.#isLoud;
    this.#isLoud = isLoud;
    return isChanged;
  }
}
