// Little words that change with what comes after them: a, an, the, to, in, am, used. Pure.
import type { Variety } from './alphabet.ts';

export interface WordContext {
  /** As written. */
  readonly word: string;
  /** The word after it in small letters; empty before a pause. */
  readonly after: string;
  readonly isFirst: boolean;
  /** Whether the next sound is a vowel; null before a pause. */
  readonly beforeVowel: boolean | null;
}

/** What the word is said like there; null for a word of its own. */
export function sayFunctionWord(
  { word, after, isFirst, beforeVowel }: WordContext,
  variety: Variety,
): string | null {
  const isPause = beforeVowel === null;
  const long = variety === 'en-GB' ? 'ː' : '';
  switch (word.toLowerCase()) {
    case 'a':
      return isPause || (word === 'A' && !isFirst) ? 'ˈA' : 'ɐ';
    case 'an':
      return 'ɐn';
    case 'the':
      return beforeVowel === true ? 'ði' : 'ðə';
    case 'to':
      return isPause ? `tu${long}` : beforeVowel ? 'tʊ' : 'tə';
    case 'in':
      return isPause ? 'ˈɪn' : 'ɪn';
    case 'am':
      return isPause ? null : 'ɐm';
    case 'i':
      return 'ˌI';
    case 'used':
      return after === 'to' ? `jˈu${long}st` : null;
    default:
      return null;
  }
}
