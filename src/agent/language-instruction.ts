// What the language model is told of the language it is to answer in. Pure, portable.
import { UNDETERMINED } from '../core/language.ts';

/** A model answers in the language of its instructions, unless it is told to use another. */
export function toLanguageInstruction(language: string): string {
  const name =
    language === UNDETERMINED
      ? 'the language you are spoken to in'
      : (new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language);
  return `Always answer in ${name}.`;
}
