// PCM in and out of the rig: WAV files, and s16 as it crosses to and from the page. Node.
import { createAudioChunk } from '../src/core/audio-chunk.ts';
import { toFloat32, toInt16 } from '../src/core/pcm.ts';
import { resample } from '../src/core/resampler.ts';
import { encodeWav, parseWavMono } from '../src/core/wav.ts';
import { TALK_RATE_HZ } from './page/plan.ts';

/** The samples of a WAV, mixed down and at the rig's rate. Throws what `parseWav` throws. */
export function monoAtTalkRate(bytes: Uint8Array): Float32Array {
  const { pcm, sampleRateHz } = parseWavMono(bytes);
  if (sampleRateHz === TALK_RATE_HZ) return pcm;
  return resample(pcm, { fromHz: sampleRateHz, toHz: TALK_RATE_HZ });
}

/** A 16-bit mono WAV at the rig's rate. */
export function monoWav(pcm: Float32Array): Uint8Array {
  return encodeWav(createAudioChunk({ pcm: toInt16(pcm), sampleRateHz: TALK_RATE_HZ }));
}

/** A 16-bit stereo WAV at the rig's rate; both channels of one length. */
export function stereoWav(left: Float32Array, right: Float32Array): Uint8Array {
  const pcm = new Int16Array(2 * left.length);
  toInt16(left).forEach((sample, frame) => (pcm[2 * frame] = sample));
  toInt16(right).forEach((sample, frame) => (pcm[2 * frame + 1] = sample));
  return encodeWav(createAudioChunk({ pcm, channels: 2, sampleRateHz: TALK_RATE_HZ }));
}

/** What the fake device plays: the clip between two silences. */
export function deviceWav(
  pcm: Float32Array,
  silence: { readonly leadMs: number; readonly tailMs: number },
): Uint8Array {
  const toSamples = (ms: number): number => Math.round((ms * TALK_RATE_HZ) / 1000);
  const lead = toSamples(silence.leadMs);
  const padded = new Float32Array(lead + pcm.length + toSamples(silence.tailMs));
  padded.set(pcm, lead);
  return monoWav(padded);
}

/** For the page: s16le mono. */
export function toS16Base64(pcm: Float32Array): string {
  return Buffer.from(toInt16(pcm).buffer).toString('base64');
}

/** From the page: interleaved s16le stereo. */
export function fromS16Stereo(bytes: Buffer): { left: Float32Array; right: Float32Array } {
  const frames = Math.floor(bytes.length / 4);
  const channel = (offset: number): Float32Array =>
    toFloat32(
      Int16Array.from({ length: frames }, (_, frame) => bytes.readInt16LE(4 * frame + offset)),
    );
  return { left: channel(0), right: channel(2) };
}
