// What is said otherwise than it is written, in the order in which it is looked for. Pure, portable.
import type { SpokenLocale } from './spoken-numbers/locale.ts';
import { NumberReader } from './spoken-numbers/number-reader.ts';
import {
  numberRules,
  ordinalRules,
  priceRules,
  rangeRules,
  unitRules,
  versionRules,
} from './spoken-rules/amounts.ts';
import { dateRules, timeRules } from './spoken-rules/dates.ts';
import { englishRules, phoneRules } from './spoken-rules/english.ts';
import type { SpokenRule } from './spoken-rules/rule.ts';
import { addressRules, PICTURES, signRules } from './spoken-rules/signs.ts';

/** The first that finds something has it. */
export function createSpokenRules(locale: SpokenLocale): readonly SpokenRule[] {
  const numbers = new NumberReader(locale);
  const isEnglish = locale.tag.startsWith('en');
  return [
    PICTURES,
    ...addressRules(locale, numbers),
    ...locale.abbreviations.map(([pattern, words]) => ({ pattern, say: () => words })),
    ...dateRules(locale),
    ...timeRules(locale),
    ...priceRules(locale, numbers),
    ...versionRules(locale, numbers),
    ...(isEnglish ? phoneRules(numbers) : []),
    ...rangeRules(locale, numbers),
    ...(isEnglish ? englishRules(locale, numbers) : []),
    ...unitRules(locale, numbers),
    ...ordinalRules(locale),
    ...numberRules(locale, numbers),
    ...signRules(locale),
  ];
}
