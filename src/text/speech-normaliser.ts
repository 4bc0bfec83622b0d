// Text as a voice should say it: numbers, prices, dates, times, addresses and signs in words. Pure, portable.
import { toPrimary } from '../core/language.ts';
import { SpokenForm } from './spoken-form.ts';
import type { Rewording } from './spoken-form.ts';
import { CHINESE } from './spoken-numbers/zh.ts';
import { AMERICAN_ENGLISH, BRITISH_ENGLISH } from './spoken-numbers/en.ts';
import { FRENCH } from './spoken-numbers/fr.ts';
import { GERMAN } from './spoken-numbers/de.ts';
import { ITALIAN } from './spoken-numbers/it.ts';
import { JAPANESE } from './spoken-numbers/ja.ts';
import type { SpokenLocale } from './spoken-numbers/locale.ts';
import { PORTUGUESE } from './spoken-numbers/pt.ts';
import { RUSSIAN } from './spoken-numbers/ru.ts';
import { SPANISH } from './spoken-numbers/es.ts';
import { createSpokenRules } from './spoken-rules.ts';
import type { SpokenRule } from './spoken-rules/rule.ts';
import { PICTURES } from './spoken-rules/signs.ts';

const LOCALES: Readonly<Record<string, SpokenLocale>> = {
  en: AMERICAN_ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  ru: RUSSIAN,
  ja: JAPANESE,
  zh: CHINESE,
};
const BRITISH = /^en[-_](?:GB|IE|AU|NZ|ZA|IN)/iu;
const cache = new Map<SpokenLocale, readonly SpokenRule[]>();

/**
 * What of `text` is said otherwise than it is written, in words of `language` (BCP 47). Of a language without a table
 * only pictures are left out, and numbers stay for the voice to read.
 */
export function toSpokenForm(text: string, language: string): SpokenForm {
  const found: Rewording[] = [];
  for (const { pattern, say } of rulesFor(language)) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (end === start || found.some((each) => each.start < end && start < each.end)) continue;
      const words = say(match);
      if (words !== null) found.push({ start, end, words });
    }
  }
  return new SpokenForm(text, found);
}

function rulesFor(language: string): readonly SpokenRule[] {
  const locale = BRITISH.test(language) ? BRITISH_ENGLISH : LOCALES[toPrimary(language)];
  if (locale === undefined) return [PICTURES];
  const rules = cache.get(locale) ?? createSpokenRules(locale);
  cache.set(locale, rules);
  return rules;
}
