// The phoneme alphabet of the English lexicons, that Kokoro was trained on: one code point, one byte each. Pure.

/**
 * A I O Q W Y are the diphthongs of day, my, go (American), go (British), now, boy; T is the flap of "water", ᵊ the hint of
 * a vowel in "little", ᵻ the weak one of "boxes". A phoneme's byte is its place here and one.
 */
export const PHONEMES = 'ˈˌːəᵊᵻɪiɛæaɑɒɔʌʊuɜAIOQWYbdfhjklmnpstvwzðŋɡɹʃʒʤʧθT';

export const PRIMARY = 'ˈ';
export const SECONDARY = 'ˌ';

const VOWELS = new Set('əᵊᵻɪiɛæaɑɒɔʌʊuɜAIOQWYɐ');
/** Said in two movements: they make a syllable heavier. */
const DIPHTHONGS = new Set('AIOQWY');
const STRESSES = new Set([PRIMARY, SECONDARY]);

export type Variety = 'en-US' | 'en-GB';

export function isVowel(phoneme: string): boolean {
  return VOWELS.has(phoneme);
}

/** Whether the first sound of a word is a vowel; stress marks are no sound. */
export function startsWithVowel(phonemes: string): boolean {
  return isVowel(Array.from(phonemes).find((phoneme) => !STRESSES.has(phoneme)) ?? '');
}

/** Number of vowels, those of two movements counted twice; a length mark counts as half a movement does. */
export function weightOf(phonemes: string): number {
  let weight = 0;
  for (const phoneme of phonemes) {
    if (isVowel(phoneme)) weight += DIPHTHONGS.has(phoneme) ? 2 : 1;
    if (phoneme === 'ː') weight += 1;
  }
  return weight;
}
