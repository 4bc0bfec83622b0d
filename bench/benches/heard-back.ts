// What the recogniser hears of a voice, word by word. Node and Chromium.
import { resample } from '../../src/core/resampler.ts';
import { toFloat32 } from '../../src/core/pcm.ts';
import { withListenBack } from '../../talk/listen-back.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { countWordErrors } from '../../test/support/word-error-rate.ts';

export interface Recorded {
  /** s16le mono. */
  readonly pcmBase64: string;
  readonly sampleRateHz: number;
}

/** @param say has a sentence said. Rejects as it does. */
export function countHeardErrors(
  sentences: readonly string[],
  say: (text: string) => Promise<Recorded>,
): Promise<{ errors: number; words: number }> {
  return withListenBack(async (listen) => {
    let [errors, words] = [0, 0];
    for (const text of sentences) {
      const { pcmBase64, sampleRateHz } = await say(text);
      const pcm = resample(toSamples(pcmBase64), { fromHz: sampleRateHz, toHz: TALK_RATE_HZ });
      const counted = countWordErrors(text, await listen(pcm));
      errors += counted.errors;
      words += counted.words;
    }
    return { errors, words };
  });
}

/** @param base64 s16le. */
export function toSamples(base64: string): Float32Array {
  // A copy: a piece of Node's pool may begin at any byte.
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return toFloat32(new Int16Array(bytes.buffer));
}
