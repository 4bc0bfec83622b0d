// Where a recorded signal is loud, to the sample. Pure, in Node.
import { LOUD_RMS, LOUD_WINDOW_MS } from '../page/loudness-rule.ts';

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A shorter silence is part of speech (stop consonants); a longer one is a pause and is scored. */
export const PAUSE_MS = 100;

/** Below it a recorded 16-bit sample is zero, or the last trace of a fade. */
const SILENT_PEAK = 1.5 / 32_768;
const MIN_REST_MS = 20;
/** A voice that is loud within this much of an edge was on there. */
const NEAR_MS = 30;

/** The loud windows of one mono signal; edges are refined to the first or last sample over the threshold. */
export class Loudness {
  readonly #samples: Float32Array;
  readonly #rateHz: number;
  readonly #windowSamples: number;
  readonly #loudWindows: readonly boolean[];

  /** Keeps a reference to `samples`, which must not change. */
  constructor(samples: Float32Array, sampleRateHz: number) {
    this.#samples = samples;
    this.#rateHz = sampleRateHz;
    this.#windowSamples = Math.round((sampleRateHz * LOUD_WINDOW_MS) / 1000);
    const count = Math.ceil(samples.length / this.#windowSamples);
    this.#loudWindows = Array.from({ length: count }, (_, window) => this.#isLoudWindow(window));
  }

  get lengthMs(): number {
    return this.#toMs(this.#samples.length);
  }

  /** Stretches of sound; silences shorter than `mergeGapMs` are bridged. */
  spans(mergeGapMs: number = PAUSE_MS): Span[] {
    const spans: Span[] = [];
    for (let from = 0; ;) {
      const startMs = this.firstAfter(from);
      if (startMs === null) return spans;
      const endMs = this.#endOfSound(startMs, mergeGapMs);
      spans.push({ startMs, endMs });
      from = endMs;
    }
  }

  /** The first loud sample in [fromMs, untilMs), or null. */
  firstAfter(fromMs: number, untilMs: number = Infinity): number | null {
    const from = this.#toSample(fromMs);
    const until = Math.min(this.#toSample(untilMs), this.#samples.length);
    for (let sample = from; sample < until; sample += 1) {
      const window = Math.floor(sample / this.#windowSamples);
      if (this.#loudWindows[window] !== true) sample = (window + 1) * this.#windowSamples - 1;
      else if (this.#isLoudSample(sample)) return this.#toMs(sample);
    }
    return null;
  }

  /** The end of the last loud sample in [fromMs, untilMs), or null. */
  lastBefore(untilMs: number, fromMs = 0): number | null {
    const from = this.#toSample(fromMs);
    const until = Math.min(this.#toSample(untilMs), this.#samples.length);
    for (let sample = until - 1; sample >= from; sample -= 1) {
      const window = Math.floor(sample / this.#windowSamples);
      if (this.#loudWindows[window] !== true) sample = window * this.#windowSamples;
      else if (this.#isLoudSample(sample)) return this.#toMs(sample + 1);
    }
    return null;
  }

  /**
   * The first stretch of digital silence of 20 ms or more between the two times, with sound of the
   * voice right before and after it; null when there is none.
   */
  digitalSilence(fromMs: number, untilMs: number): Span | null {
    const until = Math.min(this.#toSample(untilMs), this.#samples.length);
    const isSound = (sample: number): boolean => Math.abs(this.#samples[sample] ?? 0) > SILENT_PEAK;
    let start = this.#toSample(fromMs);
    for (let sample = start; sample < until; sample += 1) {
      if (!isSound(sample)) continue;
      const isRest = sample - start > this.toSamples(MIN_REST_MS);
      if (isRest)
        return this.#betweenVoice({ startMs: this.#toMs(start), endMs: this.#toMs(sample) });
      start = sample + 1;
    }
    return null;
  }

  toSamples(lengthMs: number): number {
    return (lengthMs * this.#rateHz) / 1000;
  }

  #betweenVoice(rest: Span): Span | null {
    const { startMs, endMs } = rest;
    const isVoice =
      this.lastBefore(startMs, startMs - NEAR_MS) !== null &&
      this.firstAfter(endMs, endMs + NEAR_MS) !== null;
    return isVoice ? rest : null;
  }

  /** Where the sound that is on at `startMs` gives way to `gapMs` of silence. */
  #endOfSound(startMs: number, gapMs: number): number {
    let endMs = startMs;
    for (;;) {
      const lastMs = this.lastBefore(endMs + gapMs, endMs);
      if (lastMs === null || lastMs <= endMs) return endMs;
      endMs = lastMs;
    }
  }

  #isLoudWindow(window: number): boolean {
    const from = window * this.#windowSamples;
    const to = Math.min(from + this.#windowSamples, this.#samples.length);
    let squares = 0;
    for (let sample = from; sample < to; sample += 1) squares += (this.#samples[sample] ?? 0) ** 2;
    return Math.sqrt(squares / this.#windowSamples) > LOUD_RMS;
  }

  #isLoudSample(sample: number): boolean {
    return Math.abs(this.#samples[sample] ?? 0) >= LOUD_RMS;
  }

  #toSample(ms: number): number {
    return Math.max(0, Math.round((ms * this.#rateHz) / 1000));
  }

  #toMs(sample: number): number {
    return (sample * 1000) / this.#rateHz;
  }
}
