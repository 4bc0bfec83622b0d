// What only English has rules for: telephone numbers, decades, fractions, Roman numerals. Pure, portable.
import type { SpokenLocale } from '../spoken-numbers/locale.ts';
import type { NumberReader } from '../spoken-numbers/number-reader.ts';
import type { SpokenRule } from './rule.ts';

/** Digit by digit, with a rest after each group. */
export function phoneRules(numbers: NumberReader): SpokenRule[] {
  const say = ([text]: RegExpExecArray): string =>
    (text.match(/\+?\d+/gu) ?? [])
      .map((group) => {
        const digits = numbers.sayDigits(group.replace('+', ''));
        return group.startsWith('+') ? `plus ${digits}` : digits;
      })
      .join(', ');
  return [
    { pattern: /(?<![\w.])\+\d{1,3}(?:[\s.-]?\(?\d{1,4}\)?){2,5}(?!\w)/gu, say },
    { pattern: /(?<![\w.])(?:1[\s.-])?\(\d{3}\)\s?\d{3}[\s.-]\d{4}(?!\w)/gu, say },
    { pattern: /(?<![\w.])(?:1[\s.-])?\d{3}[\s.-]\d{3}[\s.-]\d{4}(?!\w)/gu, say },
    { pattern: /(?<![\w.])\d{3}-\d{4}(?!\w)/gu, say },
  ];
}

const ROMAN_BEHIND = 'chapter|part|act|volume|book|phase|war|section|title|type|mark|super bowl';
const ROMAN_RULERS =
  'henry|louis|elizabeth|george|charles|james|richard|edward|william|john paul|benedict|pius|philip';
const FRACTIONS: Readonly<Record<string, readonly [string, string]>> = {
  2: ['half', 'halves'],
  3: ['third', 'thirds'],
  4: ['quarter', 'quarters'],
};

export function englishRules(locale: SpokenLocale, numbers: NumberReader): SpokenRule[] {
  const { year, ordinal } = locale;
  return [
    {
      pattern: /(?<![\p{L}\d])(1[1-9]|20)?(\d)0['’]?s\b/gu,
      say: ([, century, decade]) => {
        const tens = TENS[Number(decade)];
        if (tens === undefined) return null;
        if (century === undefined) return tens;
        if (decade === '0')
          return `${year(Number(`${century}00`))}s`.replace(/hundreds$/u, 'hundreds');
        return `${numbers.say(numbers.read(century))} ${tens}`;
      },
    },
    {
      pattern: /(?<![\p{L}\d./])(\d{1,2})\/(\d{1,3})(?![\d/.]*\d)/gu,
      say: ([, above, below]) => sayFraction([Number(above), Number(below)], locale, numbers),
    },
    {
      // "The part I like" has no number.
      pattern: new RegExp(`(?<=\\b(?:${ROMAN_BEHIND})\\s)(?!I\\b)[IVX]{1,5}\\b`, 'giu'),
      say: ([roman]) => sayRoman(roman, (value) => numbers.say(numbers.read(String(value)))),
    },
    {
      pattern: new RegExp(`(?<=\\b(?:${ROMAN_RULERS})\\s)(?!I\\b)[IVX]{1,5}\\b`, 'giu'),
      say: ([roman]) => sayRoman(roman, (value) => `the ${ordinal(value)}`),
    },
  ];
}

const TENS: Readonly<Record<number, string>> = {
  0: 'hundreds',
  ...{ 1: 'tens', 2: 'twenties', 3: 'thirties', 4: 'forties', 5: 'fifties' },
  ...{ 6: 'sixties', 7: 'seventies', 8: 'eighties', 9: 'nineties' },
};

function sayFraction(
  [above, below]: readonly [number, number],
  { ordinal }: SpokenLocale,
  numbers: NumberReader,
): string | null {
  if (above < 1 || below < 2 || above > below) return null;
  const [one, many] = FRACTIONS[below] ?? [ordinal(below), `${ordinal(below)}s`];
  return `${numbers.say(numbers.read(String(above)))} ${above === 1 ? one : many}`;
}

function sayRoman(roman: string, say: (value: number) => string): string | null {
  const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };
  const digits = Array.from(roman.toUpperCase(), (letter) => values[letter] ?? 0);
  const value = digits.reduce(
    (sum, digit, index) => sum + (digit < (digits[index + 1] ?? 0) ? -digit : digit),
    0,
  );
  return value > 0 ? say(value) : null;
}
