// Dates and times of day in words. Pure, portable.
import type { SpokenLocale } from '../spoken-numbers/locale.ts';
import { NOT_WITHIN, oneOf } from './rule.ts';
import type { SpokenRule } from './rule.ts';

export function dateRules(locale: SpokenLocale): SpokenRule[] {
  const say = (match: RegExpExecArray): string | null =>
    sayDate(match, Number(match.groups?.['month']), locale);
  const isMonthFirst = locale.dateOrder === 'month-first';
  const numbers = isMonthFirst ? ['month', 'day'] : ['day', 'month'];
  const [first, second] = numbers.map((name) => `(?<${name}>\\d{1,2})`);
  return [
    { pattern: /(?<![\d-])(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})(?![\d-])/gu, say },
    { pattern: /(?<year>\d{4})年(?<month>\d{1,2})月(?<day>\d{1,2})[日号]/gu, say },
    {
      pattern: /(?<![\d.])(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>\d{4})(?!\d)/gu,
      say,
    },
    {
      pattern: new RegExp(
        `(?<![\\d/])${first ?? ''}/${second ?? ''}/(?<year>\\d{4}|\\d{2})(?![\\d/])`,
        'gu',
      ),
      say,
    },
    ...namedDateRules(locale),
  ];
}

/** "Nov 22, 2026", "22 November", "22. November 2026". */
function namedDateRules(locale: SpokenLocale): SpokenRule[] {
  const { months } = locale;
  if (months.length === 0) return [];
  const say = (match: RegExpExecArray): string | null => {
    const name = (match.groups?.['month'] ?? '').toLowerCase();
    const month = 1 + months.findIndex((each) => each.toLowerCase().startsWith(name));
    return sayDate(match, month, locale);
  };
  const names = oneOf([...months, ...months.map((month) => month.slice(0, 3))]);
  // A full stop is the abbreviation's only where more of the date follows.
  const name = `(?<month>${names})(?!\\p{L})(?:\\.(?=,?\\s\\d))?`;
  const day = '(?<day>\\d{1,2})(?:st|nd|rd|th|\\.|º|er)?(?![\\d:])';
  const year = '(?:,?\\s(?:de\\s|del\\s)?(?<year>\\d{4}))?(?![\\d:])';
  return [
    { pattern: new RegExp(`(?<!\\p{L})${name}\\s${day}${year}`, 'gu'), say },
    { pattern: new RegExp(`${NOT_WITHIN}${day}\\s(?:of\\s|de\\s)?${name}${year}`, 'gu'), say },
  ];
}

function sayDate(match: RegExpExecArray, month: number, locale: SpokenLocale): string | null {
  const { groups, input, index } = match;
  const date = { day: Number(groups?.['day']), month, year: toYear(groups?.['year']) };
  const isDate = date.day >= 1 && date.day <= 31 && month >= 1 && month <= 12;
  return isDate ? locale.date(date, input.slice(0, index)) : null;
}

/** Two digits are those of this century, or of the last one. */
function toYear(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 50 ? 2_000 + year : 1_900 + year;
}

export function timeRules({ time, tag }: SpokenLocale): SpokenRule[] {
  const isEnglish = tag.startsWith('en');
  const halfOf = (text: string | undefined): 'am' | 'pm' | null => {
    if (text === undefined) return null;
    return text.toLowerCase().startsWith('a') ? 'am' : 'pm';
  };
  const rules: SpokenRule[] = [
    {
      // "Uhr" and "h" are said with the time.
      pattern:
        /(?<![\d:.])([01]?\d|2[0-4])(?::|(?<=\d)h(?=\d))([0-5]\d)(?::[0-5]\d)?(?![\d:])(?:\s?([ap])(?:\.m\.(?=\s*[\p{Ll}\d,;])|\.?m\b)|\sUhr\b)?/giu,
      say: ([, hours, minutes, half]) =>
        time({ hours: Number(hours), minutes: Number(minutes), half: halfOf(half) }),
    },
  ];
  if (!isEnglish) return rules;
  return [
    ...rules,
    {
      pattern: /(?<![\d:.,])(1[0-2]|[1-9])\s?([ap])(?:\.m\.(?=\s*[\p{Ll}\d,;])|\.?m\b)/giu,
      say: ([, hours, half]) => time({ hours: Number(hours), minutes: 0, half: halfOf(half) }),
    },
  ];
}
