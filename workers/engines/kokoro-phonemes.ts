// eSpeak IPA to the phoneme alphabet that Kokoro was trained on (misaki), pure; used in the speak worker.

type Rule = readonly [pattern: RegExp, replacement: string];

/** Marks of the alphabet: A I O Q W Y are the diphthongs, T the flap, ᵊ a hint of a schwa. */
const COMMON: readonly Rule[] = [
  [/ʔˌ?n\u0329?/gu, 'tᵊn'],
  [/ʔ/gu, 't'],
  [/tʃ/gu, 'ʧ'],
  [/dʒ/gu, 'ʤ'],
  [/eɪ/gu, 'A'],
  [/aɪ/gu, 'I'],
  [/aʊ/gu, 'W'],
  [/ɔɪ/gu, 'Y'],
  // A syllabic l, not the l that opens the next syllable.
  [/əl(?![ˈˌ]?[aeiouæɑɒɔəɚɛɜɪʊʌᵻAIOQWY])/gu, 'ᵊl'],
  [/(\S)\u0329/gu, 'ᵊ$1'],
  // The article "a" alone keeps its own symbol.
  [/(?<=\S)ɐ|ɐ(?=\S)/gu, 'ə'],
  [/ɚ/gu, 'əɹ'],
  [/r/gu, 'ɹ'],
  [/[xç]/gu, 'k'],
  [/ɬ/gu, 'l'],
  [/g/gu, 'ɡ'],
  [/ʲ/gu, 'j'],
  [/\u0303/gu, ''],
  // eSpeak sets the plural of digits apart: "1990s".
  [/ z(?=\s|$)/gu, 'z'],
];

const AMERICAN: readonly Rule[] = [
  [/oʊ/gu, 'O'],
  [/ɜːɹ?/gu, 'ɜɹ'],
  [/ɪə/gu, 'iə'],
  [/ː/gu, ''],
  [/ɾ/gu, 'T'],
];

const BRITISH: readonly Rule[] = [
  [/eə/gu, 'ɛː'],
  [/iə/gu, 'ɪə'],
  [/əʊ/gu, 'Q'],
];

/** What is left of vowels that stand in diphthongs alone. */
const REMAINDER: readonly Rule[] = [
  [/e/gu, 'A'],
  [/o/gu, 'ɔ'],
];

/** @param language `en-GB` for the British alphabet, anything else for the American one. */
export function toKokoroPhonemes(ipa: string, language: string): string {
  const rules = [...COMMON, ...(language === 'en-GB' ? BRITISH : AMERICAN), ...REMAINDER];
  return rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), ipa);
}
