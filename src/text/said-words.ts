// Text as the words that were said, so that two transcripts of one utterance compare however they write them. Pure, portable.
import { toSpokenForm } from './speech-normaliser.ts';
import { toSpokenWords } from './spoken-words.ts';

/** "How much is 2 + 2?" and "how much is two plus two" are the same. */
export function toSaidWords(text: string, language: string): string {
  return toSpokenWords(toSpokenForm(text, language).text, language).join(' ');
}
