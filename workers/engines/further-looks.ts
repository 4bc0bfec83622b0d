// A decode that the model itself is in doubt about is made again, of the same audio cut a few milliseconds later. Portable;
// used in the listen worker.
import { confidenceOf, logProbabilityOf } from './decoding.ts';
import type { Decode, Decoding } from './decoding.ts';

/** Below this a model is in doubt: of speech that a person read without noise it never was. */
const DOUBT = 0.85;
/**
 * How much later the audio begins at each further look: a half and a sixth of the 384 samples that Moonshine takes for one
 * frame. Where the frames fall decides what it takes unclear words for. Of 100 clips (21 short questions by six synthetic
 * voices, five read sentences with and without noise), each begun at twelve places, 19.3 % of the words were wrong with one
 * look, 16.5 with a second and 15.6 with a third, at 0.5 and 1.0 decodes more; with doubt below 0.8, 15.7 at 0.7.
 */
const SHIFTS_SAMPLES = [192, 64];

/**
 * The most probable of up to three looks; further ones only while the model is in doubt. A rough decode, and one without
 * words, is left as it is. The draft of a further look is what was heard so far.
 */
export function withFurtherLooks(decode: Decode): Decode {
  return async (pcm, options) => {
    let best = await decode(pcm, options);
    for (const shift of SHIFTS_SAMPLES) {
      if (!isInDoubt(best) || pcm.length <= shift) break;
      const look = await decode(pcm.subarray(shift), { ...options, draft: best.tokens });
      const hasWords = look.probabilities.length > 0;
      if (hasWords && logProbabilityOf(look) > logProbabilityOf(best)) best = look;
    }
    return best;
  };
}

function isInDoubt(decoding: Decoding): boolean {
  const confidence = confidenceOf(decoding);
  return decoding.isRough !== true && confidence !== null && confidence < DOUBT;
}
