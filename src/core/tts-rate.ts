// Brings synthesised chunks to the output's sample rate, portable.
import type { TtsChunk } from './contracts/text-to-speech.ts';
import { resample } from './resampler.ts';

/** The chunk at another rate, word times with it. Chunks end in silence, so each is filtered alone. */
export function toRate(chunk: TtsChunk, rateHz: number): TtsChunk {
  if (chunk.sampleRateHz === rateHz) return chunk;
  const scale = rateHz / chunk.sampleRateHz;
  const words = chunk.words?.map((word) => ({
    ...word,
    startSample: Math.round(word.startSample * scale),
    endSample: Math.round(word.endSample * scale),
  }));
  const pcm = resample(chunk.pcm, { fromHz: chunk.sampleRateHz, toHz: rateHz });
  return { ...chunk, pcm, sampleRateHz: rateHz, words: words ?? null };
}
