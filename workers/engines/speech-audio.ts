// What is done to the audio of a voice model before it is handed out, pure; used in the speak worker.
import { VoiceAgentError } from '../../src/core/errors.ts';
import { fadeIn, fadeOut, toPeak, toRms, trimSilence } from '../../src/core/pcm.ts';

/** Below this share of the loudest sample (-40 dB) the edges count as silence. */
const SILENCE_RATIO = 0.01;
/** RMS under which a whole piece says nothing: -60 dBFS. */
const SILENT_RMS = 0.001;
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

export interface SpeechAudio {
  /** A buffer of its own. */
  readonly pcm: Float32Array;
  /** Where the first sample of the model's audio lies in `pcm`; negative when it was trimmed away. */
  readonly offsetSamples: number;
}

/**
 * A pause, then the speech with its silent edges trimmed to 10 ms, its ends faded over 5 ms, and its
 * peak at most 0.99. NaN or silence is a `synthesis-failed` error.
 */
export function toSpeechAudio(raw: Float32Array, options: SpeechAudioOptions): SpeechAudio {
  const toSamples = (ms: number): number => Math.round((ms * options.sampleRateHz) / 1000);
  const rms = toRms(raw);
  if (!Number.isFinite(rms)) throw synthesisFailed(options.voice, 'the model gave no numbers');
  if (rms < SILENT_RMS) throw synthesisFailed(options.voice, 'the model gave silence');
  const peak = toPeak(raw);
  const keepSamples = toSamples(KEPT_MS);
  const trimmed = trimSilence(raw, { threshold: peak * SILENCE_RATIO, keepSamples });
  const pauseSamples = toSamples(options.pauseMs);
  const pcm = new Float32Array(pauseSamples + trimmed.pcm.length);
  const gain = Math.min(1, PEAK_LIMIT / peak);
  const speech = pcm.subarray(pauseSamples);
  speech.set(gain === 1 ? trimmed.pcm : trimmed.pcm.map((sample) => sample * gain));
  fadeIn(speech, toSamples(FADE_MS));
  fadeOut(speech, toSamples(FADE_MS));
  return { pcm, offsetSamples: pauseSamples - trimmed.leadingSamples };
}

function synthesisFailed(voice: string, reason: string): VoiceAgentError {
  return new VoiceAgentError(
    'synthesis-failed',
    `Voice "${voice}" failed: ${reason}. Try another voice, or fetch its model again.`,
    { details: { voice, reason } },
  );
}
