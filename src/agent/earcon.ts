// A soft sound that says "I am at it" where no words are ready. Pure, portable.
import type { CachedPhrase } from './phrase-cache.ts';

/** A rising fourth, short and quiet: it asks for patience, not for attention. */
const NOTES_HZ = [587.33, 783.99] as const;
const NOTE_MS = 90;
const LEVEL = 0.05;

/** Two notes, each faded in and out by half a sine, at the output's rate. */
export function createEarcon(sampleRateHz: number): CachedPhrase {
  const noteSamples = Math.round((NOTE_MS / 1_000) * sampleRateHz);
  const pcm = new Float32Array(noteSamples * NOTES_HZ.length);
  NOTES_HZ.forEach((hz, note) => {
    for (let i = 0; i < noteSamples; i += 1) {
      const envelope = Math.sin((Math.PI * i) / noteSamples);
      const tone = Math.sin((2 * Math.PI * hz * i) / sampleRateHz);
      pcm[note * noteSamples + i] = LEVEL * envelope * tone;
    }
  });
  return { text: '', pcm };
}
