// Stress marks of a word: put before the stressed vowel, weakened, or evened out. Pure.
import { isVowel, PRIMARY, SECONDARY, weightOf } from './alphabet.ts';

/** Any vowel but the weak ones. */
export const FULL_VOWEL: RegExp = /[ɪiɛæaɑɒɔʌʊuɜAIOQWY]/u;

export function isStressed(phonemes: string): boolean {
  return phonemes.includes(PRIMARY) || phonemes.includes(SECONDARY);
}

export function unstress(phonemes: string): string {
  return phonemes.replaceAll(/[ˈˌ]/gu, '');
}

/** The strongest stress that is left is a secondary one. */
export function weaken(phonemes: string): string {
  if (!phonemes.includes(PRIMARY)) return phonemes;
  return phonemes.replaceAll(SECONDARY, '').replaceAll(PRIMARY, SECONDARY);
}

/** A word without any stress gets one, on its first vowel. */
export function stressFirst(phonemes: string, mark: string): string {
  if (isStressed(phonemes)) return phonemes;
  const at = Array.from(phonemes).findIndex(isVowel);
  return at < 0 ? phonemes : phonemes.slice(0, at) + mark + phonemes.slice(at);
}

/** Exactly one primary stress, where there is a vowel: the first one given, else the first secondary one, else the first full vowel. */
export function evenOut(phonemes: string): string {
  const first = phonemes.indexOf(PRIMARY);
  if (first >= 0) {
    const after = first + 1;
    return phonemes.slice(0, after) + phonemes.slice(after).replaceAll(PRIMARY, SECONDARY);
  }
  if (phonemes.includes(SECONDARY)) return phonemes.replace(SECONDARY, PRIMARY);
  const full = FULL_VOWEL.exec(phonemes);
  if (full === null) return stressFirst(phonemes, PRIMARY);
  return phonemes.slice(0, full.index) + PRIMARY + phonemes.slice(full.index);
}

/** Parts of one compound, run together: the heaviest keeps its primary stress, the last of equals. */
export function joinParts(parts: readonly string[]): string {
  const weights = parts.map(weightOf);
  const head = weights.lastIndexOf(Math.max(...weights));
  return parts.map((part, i) => (i === head ? part : weaken(part))).join('');
}
