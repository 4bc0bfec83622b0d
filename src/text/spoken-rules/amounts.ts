// Prices, measures, ranges, versions, ordinals and plain numbers in words. Pure, portable.
import type { SpokenLocale } from '../spoken-numbers/locale.ts';
import type { NumberReader } from '../spoken-numbers/number-reader.ts';
import { isSpaceless } from '../spoken-words.ts';
import { NOT_WITHIN, oneOf, SIGN } from './rule.ts';
import type { SpokenRule } from './rule.ts';

const LARGE: Readonly<Record<string, string>> = {
  k: 'thousand',
  m: 'million',
  bn: 'billion',
  b: 'billion',
};

export function priceRules({ currencies, tag }: SpokenLocale, numbers: NumberReader): SpokenRule[] {
  const signs = oneOf(Object.keys(currencies));
  const scale = '(?:\\s?(?<scale>thousand|million|billion|trillion|bn|[kKmMbB])(?!\\p{L}))?';
  const say = ({ groups = {} }: RegExpExecArray): string | null => {
    const { sign = '', before = '', minus = '', number = '', scale: large } = groups;
    const currency = currencies[sign];
    if (currency === undefined) return null;
    const read = numbers.read(before + minus + number);
    if (large === undefined || !tag.startsWith('en')) return numbers.sayPrice(read, currency);
    const words = LARGE[large.toLowerCase()] ?? large;
    return `${numbers.say(read)} ${words} ${currency.whole.other}`;
  };
  const number = `(?<minus>[-−]?)(?<number>${numbers.pattern})${scale}`;
  return [
    { pattern: new RegExp(`(?<before>[-−]?)(?<!\\p{L})(?<sign>${signs})\\s?${number}`, 'gu'), say },
    {
      pattern: new RegExp(`${NOT_WITHIN}${number}\\s?(?<sign>${signs})(?![\\p{L}\\d])`, 'gu'),
      say,
    },
  ];
}

/** "v1.2.3" and "192.168.0.1": each part a number of its own. */
export function versionRules(
  { point, address, tag }: SpokenLocale,
  numbers: NumberReader,
): SpokenRule[] {
  const parts = (text: string, between: string): string =>
    text
      .split('.')
      .map((part) => numbers.say(numbers.read(part)))
      .join(` ${between} `);
  const version = tag.startsWith('en') ? 'version ' : '';
  return [
    {
      pattern: /(?<![\p{L}\d.])v\.?\s?(\d+(?:\.\d+)*)(?![\p{L}\d])/gu,
      say: ([, text]) => version + parts(text ?? '', point),
    },
    {
      pattern: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d)/gu,
      say: ([text]) => parts(text, address.dot),
    },
    {
      pattern: /(?<![\d.])\d{1,3}\.\d{1,2}\.\d{1,3}(?!\.?\d)/gu,
      say: ([text]) => parts(text, point),
    },
  ];
}

export function rangeRules({ to, tag, year }: SpokenLocale, numbers: NumberReader): SpokenRule[] {
  const say = (text: string): string =>
    isYear(text) && tag.startsWith('en') ? year(Number(text)) : numbers.say(numbers.read(text));
  const space = isSpaceless(tag) ? '' : ' ';
  return [
    {
      pattern: new RegExp(
        `${NOT_WITHIN}(?<!-)(${numbers.pattern})\\s?[-–—~]\\s?(?=(${numbers.pattern})(?![\\d-]))`,
        'gu',
      ),
      say: ([, first]) => `${say(first ?? '')}${space}${to}${space}`,
    },
  ];
}

/** A bare number of four digits that people read as a year. */
function isYear(text: string): boolean {
  return /^(?:1[1-9]|20)\d{2}$/u.test(text);
}

export function unitRules(locale: SpokenLocale, numbers: NumberReader): SpokenRule[] {
  const { units, percent, isPercentFirst } = locale;
  const space = isSpaceless(locale.tag) ? '' : ' ';
  const number = `(?:(${SIGN})\\s?|${NOT_WITHIN})(${numbers.pattern})`;
  const sayPercent = (words: string): string =>
    isPercentFirst === true ? `${percent}${words}` : `${words}${space}${percent}`;
  return [
    {
      pattern: new RegExp(
        `${number}[ \\u00a0\\u202f-]?(${oneOf(Object.keys(units))})(?![\\p{L}\\d²³])`,
        'gu',
      ),
      say: ([, minus = '', digits = '', unit = '']) => {
        const forms = units[unit];
        return forms === undefined ? null : numbers.sayWith(numbers.read(minus + digits), forms);
      },
    },
    {
      pattern: new RegExp(`${number}[ \\u00a0\\u202f]?%`, 'gu'),
      say: ([, minus = '', digits = '']) => sayPercent(numbers.say(numbers.read(minus + digits))),
    },
  ];
}

export function ordinalRules({ ordinalMark, ordinal }: SpokenLocale): SpokenRule[] {
  if (ordinalMark === null) return [];
  return [
    {
      pattern: new RegExp(`${NOT_WITHIN}(\\d{1,6})(?:${ordinalMark.source})`, 'gu'),
      say: ([, digits]) => (Number(digits) === 0 ? null : ordinal(Number(digits))),
    },
  ];
}

/** Whatever digits are left, those in "MP3" and "B2B" too. Four of them are most often a year. */
export function numberRules({ year, tag }: SpokenLocale, numbers: NumberReader): SpokenRule[] {
  const years: SpokenRule = {
    pattern: new RegExp(`${NOT_WITHIN}(?:1[1-9]|20)\\d{2}(?![.,]?\\d|\\p{L})`, 'gu'),
    say: ([text]) => year(Number(text)),
  };
  return [
    ...(/^(?:en|de)/u.test(tag) ? [years] : []),
    {
      pattern: new RegExp(`(?:${SIGN}\\s?)?${numbers.pattern}`, 'gu'),
      say: ([text]) => numbers.say(numbers.read(text)),
    },
    // Of a match that overlaps what was found before it.
    { pattern: /\d+/gu, say: ([text]) => numbers.say(numbers.read(text)) },
  ];
}
