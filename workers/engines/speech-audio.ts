// What is done to the audio of a voice model before it is handed out, pure; used in the speak worker.
import { VoiceAgentError } from '../../src/core/errors.ts';

/** Below this share of the loudest frame (-40 dB) the edges count as silence. */
const SILENCE_RATIO = 0.01;
/** RMS under which a whole piece says nothing: -60 dBFS. */
const SILENT_RMS = 0.001;
const FRAME_MS = 5;
/** Kept around the speech, so that soft onsets are not cut. */
const KEPT_MS = 10;
const FADE_MS = 5;
/** Peaks above are scaled down rather than clipped. */
const PEAK_LIMIT = 0.99;

export interface SpeechAudioOptions {
  readonly sampleRateHz: number;
  /** Silence put in front: the rest after the piece before. */
  readonly pauseMs: number;
  /** Named in the error. */
  readonly voice: string;
}

/**
 * A new buffer: a pause, then the speech with its silent edges trimmed to 10 ms, its ends faded over
 * 5 ms, and its peak at most 0.99. NaN or silence is a `synthesis-failed` error.
 */
export function toSpeechAudio(raw: Float32Array, options: SpeechAudioOptions): Float32Array {
  const { sampleRateHz } = options;
  const { peak, rms } = measure(raw);
  if (!Number.isFinite(rms)) throw synthesisFailed(options.voice, 'the model gave no numbers');
  if (rms < SILENT_RMS) throw synthesisFailed(options.voice, 'the model gave silence');
  const { start, end } = findSpeech(raw, sampleRateHz);
  const pauseSamples = toSamples(options.pauseMs, sampleRateHz);
  const pcm = new Float32Array(pauseSamples + end - start);
  pcm.set(raw.subarray(start, end), pauseSamples);
  const speech = pcm.subarray(pauseSamples);
  if (peak > PEAK_LIMIT) scale(speech, PEAK_LIMIT / peak);
  fadeEnds(speech, toSamples(FADE_MS, sampleRateHz));
  return pcm;
}

/** Where the speech lies, 10 ms of its surroundings included. */
export function findSpeech(
  pcm: Float32Array,
  sampleRateHz: number,
): { readonly start: number; readonly end: number } {
  const frame = toSamples(FRAME_MS, sampleRateHz);
  const levels: number[] = [];
  for (let at = 0; at < pcm.length; at += frame) {
    levels.push(measure(pcm.subarray(at, at + frame)).rms);
  }
  const threshold = levels.reduce((most, level) => Math.max(most, level), 0) * SILENCE_RATIO;
  const isLoud = (level: number): boolean => level > threshold;
  const kept = toSamples(KEPT_MS, sampleRateHz);
  return {
    start: Math.max(0, Math.max(0, levels.findIndex(isLoud)) * frame - kept),
    end: Math.min(pcm.length, (levels.findLastIndex(isLoud) + 1) * frame + kept),
  };
}

/** Raised-cosine fades over the first and the last `length` samples, in place. */
function fadeEnds(pcm: Float32Array, length: number): void {
  const count = Math.min(length, Math.floor(pcm.length / 2));
  for (let i = 0; i < count; i += 1) {
    const gain = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / count);
    const j = pcm.length - 1 - i;
    pcm[i] = (pcm[i] ?? 0) * gain;
    pcm[j] = (pcm[j] ?? 0) * gain;
  }
}

function scale(pcm: Float32Array, gain: number): void {
  for (let i = 0; i < pcm.length; i += 1) pcm[i] = (pcm[i] ?? 0) * gain;
}

function measure(pcm: Float32Array): { peak: number; rms: number } {
  let peak = 0;
  let sum = 0;
  for (const sample of pcm) {
    peak = Math.max(peak, Math.abs(sample));
    sum += sample * sample;
  }
  return { peak, rms: pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length) };
}

function toSamples(ms: number, sampleRateHz: number): number {
  return Math.round((ms * sampleRateHz) / 1000);
}

function synthesisFailed(voice: string, reason: string): VoiceAgentError {
  return new VoiceAgentError(
    'synthesis-failed',
    `Voice "${voice}" failed: ${reason}. Try another voice, or fetch its model again.`,
    { details: { voice, reason } },
  );
}
