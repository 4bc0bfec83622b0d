// What is done to the audio of a voice model before it is handed out, pure; used in the speak worker.
import { VoiceAgentError } from '../../src/core/errors.ts';
import { concatenate, fadeIn, fadeOut, toPeak, toRms, trimSilence } from '../../src/core/pcm.ts';

/** Below this share of the loudest sample (-40 dB) the edges count as silence. */
const SILENCE_RATIO = 0.01;
/** RMS under which a whole piece says nothing: -60 dBFS. */
const SILENT_RMS = 0.001;
const FADE_MS = 5;
/** Kept in front, no more than the fade takes, since it is waited for, and behind, so that soft sounds are not cut. */
const KEPT_BEFORE_MS = FADE_MS;
const KEPT_AFTER_MS = 10;
/** Peaks above are scaled down rather than clipped. */
const PEAK_LIMIT = 0.99;

export interface SpeechAudioOptions {
  readonly sampleRateHz: number;
  /** Silence put in front: the rest after the piece before. */
  readonly pauseMs: number;
  /** Named in the error. */
  readonly voice: string;
}

export interface SpeechPart {
  /** A buffer of its own. */
  readonly pcm: Float32Array;
  /**
   * Where the first sample of the part, as the model gave it, lies in `pcm`: behind the silence of parts before it, and
   * negative when it was trimmed away.
   */
  readonly offsetSamples: number;
}

/**
 * One run of a model, whole or part by part: a pause, then the speech with its silent edges trimmed to 5 and 10 ms, its
 * ends faded over 5 ms, and its peak at most 0.99. Parts follow one another without a seam.
 */
export class SpeechAudio {
  readonly #options: SpeechAudioOptions;
  #hasBegun = false;
  /** What came before the first sound. */
  #silence: Float32Array = new Float32Array(0);
  #peak = 0;

  constructor(options: SpeechAudioOptions) {
    this.#options = options;
  }

  /**
   * Takes the next part of the model's audio; null while all was silence.
   * @throws VoiceAgentError `synthesis-failed` for NaN, and for silence up to the end.
   */
  add(raw: Float32Array, isLast: boolean): SpeechPart | null {
    const part = this.#hasBegun ? raw : concatenate([this.#silence, raw]);
    const rms = toRms(part);
    if (!Number.isFinite(rms)) throw this.#createError('the model gave no numbers');
    if (!this.#hasBegun && rms < SILENT_RMS) {
      if (isLast) throw this.#createError('the model gave silence');
      this.#silence = part;
      return null;
    }
    this.#peak = Math.max(this.#peak, toPeak(part));
    return this.#shape(part, isLast);
  }

  #shape(part: Float32Array, isLast: boolean): SpeechPart {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    const trimmed = this.#trim(part, { isFirst, isLast });
    const pauseSamples = isFirst ? this.#toSamples(this.#options.pauseMs) : 0;
    const pcm = new Float32Array(pauseSamples + trimmed.pcm.length);
    const speech = pcm.subarray(pauseSamples);
    const gain = Math.min(1, PEAK_LIMIT / this.#peak);
    speech.set(gain === 1 ? trimmed.pcm : trimmed.pcm.map((sample) => sample * gain));
    const fadeSamples = this.#toSamples(FADE_MS);
    if (isFirst) fadeIn(speech, fadeSamples);
    if (isLast) fadeOut(speech, fadeSamples);
    const silenceSamples = isFirst ? this.#silence.length : 0;
    return { pcm, offsetSamples: pauseSamples + silenceSamples - trimmed.leadingSamples };
  }

  #trim(
    part: Float32Array,
    { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
  ): { pcm: Float32Array; leadingSamples: number } {
    if (!isFirst && !isLast) return { pcm: part, leadingSamples: 0 };
    const ends = isFirst && isLast ? 'both' : isFirst ? 'leading' : 'trailing';
    const keepBefore = this.#toSamples(KEPT_BEFORE_MS);
    const keepAfter = this.#toSamples(KEPT_AFTER_MS);
    const threshold = this.#peak * SILENCE_RATIO;
    const trimmed = trimSilence(part, { threshold, keepBefore, keepAfter, ends });
    // An end that is all silence still has to be faded to.
    if (trimmed.pcm.length === 0) return { pcm: part.subarray(0, keepAfter), leadingSamples: 0 };
    return trimmed;
  }

  #toSamples(ms: number): number {
    return Math.round((ms * this.#options.sampleRateHz) / 1_000);
  }

  #createError(reason: string): VoiceAgentError {
    const { voice } = this.#options;
    return new VoiceAgentError(
      'synthesis-failed',
      `Voice "${voice}" failed: ${reason}. Try another voice, or fetch its model again.`,
      { details: { voice, reason } },
    );
  }
}
