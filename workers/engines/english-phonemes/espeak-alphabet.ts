// From our phonemes to the IPA that eSpeak writes, for voices that were trained on that. Pure; in the speak worker.
import type { Variety } from './alphabet.ts';

type Rule = readonly [pattern: RegExp, replacement: string];

const COMMON: readonly Rule[] = [
  [/A/gu, 'eɪ'],
  [/I/gu, 'aɪ'],
  [/W/gu, 'aʊ'],
  [/Y/gu, 'ɔɪ'],
  [/O/gu, 'oʊ'],
  [/Q/gu, 'əʊ'],
  [/ʧ/gu, 'tʃ'],
  [/ʤ/gu, 'dʒ'],
  // A weak vowel that opens a word of several syllables: "about".
  [/(?<=^|\s)ə(?=\S)/gu, 'ɐ'],
];

const AMERICAN: readonly Rule[] = [
  [/tᵊn/gu, 'ʔn̩'],
  [/ᵊ/gu, 'ə'],
  [/T/gu, 'ɾ'],
  [/ɜɹ/gu, 'ɜː'],
  [/əɹ(?![aeiouæɑɔɛɪʊʌ])/gu, 'ɚ'],
  [/ɔɹ/gu, 'oːɹ'],
  [/([ɑɔu])/gu, '$1ː'],
  // Long where it is stressed, and in words of one syllable.
  [/(?<=[ˈˌ])i/gu, 'iː'],
  [/(?<=(?:^|\s)[bdfhjklmnpstvwzðŋɡɹʃʒʤʧθ]*)i(?=[bdfhjklmnpstvwzðŋɡɹʃʒʤʧθ]*(?:\s|$))/gu, 'iː'],
];

const BRITISH: readonly Rule[] = [
  [/ᵊ/gu, 'ə'],
  [/ɛː/gu, 'eə'],
  [/(?<![ɔ])ɪə/gu, 'iə'],
];

/** Words in the lexicon's alphabet; what the two share is left as it is. */
export function toEspeakIpa(phonemes: string, variety: Variety): string {
  const rules = [...(variety === 'en-GB' ? BRITISH : AMERICAN), ...COMMON];
  return rules.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    phonemes,
  );
}
