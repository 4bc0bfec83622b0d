// A clause in phonemes: each word's pronunciation chosen by its neighbours, little words by the sounds around them. Pure.
import { PRIMARY, SECONDARY, startsWithVowel } from './alphabet.ts';
import type { Variety } from './alphabet.ts';
import { sayFunctionWord } from './function-words.ts';
import { chooseForm } from './parts-of-speech.ts';
import type { Place } from './parts-of-speech.ts';
import { isCapitals } from './spelling.ts';
import { stressFirst } from './stress.ts';
import { toTokens } from './tokens.ts';
import type { Token } from './tokens.ts';
import type { Words } from './words.ts';

/** One stretch of text up to a pause, words parted by one space. Empty when there is nothing to say. */
export function toPhonemes(
  clause: string,
  { words, variety }: { words: Words; variety: Variety },
): string {
  const tokens = toTokens(clause);
  const small = tokens.map(({ word }) => word.toLowerCase());
  // "IT" among other words is spelled out, in a line of capitals it is a word.
  const isShouted = clause === clause.toUpperCase();
  const said: string[] = [];
  // From the end, for a word's first sound changes the one before it.
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (token === undefined) continue;
    const next = said.find((each) => each !== '');
    const beforeVowel = next === undefined ? null : startsWithVowel(next);
    const context = {
      word: token.word,
      after: small[index + 1] ?? '',
      isFirst: index === 0,
      beforeVowel,
    };
    const little = token.isSpelled ? null : sayFunctionWord(context, variety);
    said.unshift(little ?? sayWord(token, { words, isShouted, place: { words: small, index } }));
  }
  return said.filter((each) => each !== '').join(' ');
}

function sayWord(
  { word, isSpelled }: Token,
  { words, place, isShouted }: { words: Words; place: Place; isShouted: boolean },
): string {
  if (isSpelled) return words.spellOut(word);
  const isLast = place.index === place.words.length - 1;
  const forms = words.pronounce(word);
  // Spelled out as a name ("IT"), unless all is in capitals.
  const isEither = isCapitals(word) && forms.byTag.NOUN === '';
  const either = isShouted ? forms.usual : '';
  const form = isEither ? either : chooseForm(forms, { ...place, isLast });
  if (form === '') return words.spellOut(word);
  // A capital gives a word that has no stress some of it, capitals throughout all of it.
  if (isCapitals(word)) return stressFirst(form, PRIMARY);
  return /^[A-Z]/u.test(word) ? stressFirst(form, SECONDARY) : form;
}
