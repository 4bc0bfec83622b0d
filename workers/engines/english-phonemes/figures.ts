// Digits in a text as a reader says them: amounts, years, times, ordinals, telephone numbers, units. Pure.
import { cardinal, decimal, digitByDigit, ordinal, year } from './numbers.ts';

const MONEY: Readonly<Record<string, readonly [one: string, many: string, part: string]>> = {
  $: ['dollar', 'dollars', 'cents'],
  '£': ['pound', 'pounds', 'pence'],
  '€': ['euro', 'euros', 'cents'],
};
const MAGNITUDES: Readonly<Record<string, string>> = {
  ...{ k: 'thousand', m: 'million', bn: 'billion', b: 'billion', tn: 'trillion' },
};
/** Written at a number, or after it. */
export const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  km: ['kilometer', 'kilometers'],
  cm: ['centimeter', 'centimeters'],
  mm: ['millimeter', 'millimeters'],
  kg: ['kilogram', 'kilograms'],
  mg: ['milligram', 'milligrams'],
  ml: ['milliliter', 'milliliters'],
  lb: ['pound', 'pounds'],
  lbs: ['pound', 'pounds'],
  oz: ['ounce', 'ounces'],
  ft: ['foot', 'feet'],
  mph: ['mile per hour', 'miles per hour'],
  hz: ['hertz', 'hertz'],
  khz: ['kilohertz', 'kilohertz'],
  mhz: ['megahertz', 'megahertz'],
  ghz: ['gigahertz', 'gigahertz'],
  kb: ['kilobyte', 'kilobytes'],
  mb: ['megabyte', 'megabytes'],
  gb: ['gigabyte', 'gigabytes'],
  tb: ['terabyte', 'terabytes'],
  ms: ['millisecond', 'milliseconds'],
  hrs: ['hour', 'hours'],
  min: ['minute', 'minutes'],
  mins: ['minute', 'minutes'],
  '°': ['degree', 'degrees'],
  '°c': ['degree Celsius', 'degrees Celsius'],
  '°f': ['degree Fahrenheit', 'degrees Fahrenheit'],
  '%': ['percent', 'percent'],
};
const FRACTIONS: Readonly<Record<string, string>> = {
  ...{
    '1/2': 'one half',
    '1/3': 'one third',
    '2/3': 'two thirds',
    '1/4': 'one quarter',
    '3/4': 'three quarters',
  },
};
const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+|\d+)`;

type Reader = readonly [pattern: RegExp, read: (parts: readonly string[]) => readonly string[]];

/** The first that fits the whole of a word reads it. */
const READERS: readonly Reader[] = [
  [/^([$£€])(\d[\d,]*)(?:\.(\d+))?(k|m|bn|b|tn)?$/iu, readMoney],
  [/^(\d{1,2}):(\d\d)(am|pm)?$/iu, readTime],
  [/^(\d{1,2})(am|pm)$/iu, ([, hour = '', half = '']) => [...cardinal(hour), half.toUpperCase()]],
  [/^(\d+)(?:st|nd|rd|th)$/iu, ([, digits = '']) => ordinal(digits)],
  [
    /^'?(\d0|\d{3}0)'?s$/u,
    ([, digits = '']) => manyOf(digits.length === 4 ? year(digits) : cardinal(digits)),
  ],
  [/^(1[1-9]\d\d|20\d\d)$/u, ([, digits = '']) => year(digits)],
  [/^(0\d+|\d{7,})$/u, ([, digits = '']) => digitByDigit(digits)],
  [new RegExp(String.raw`^${NUMBER}$`, 'u'), ([, digits = '']) => cardinal(bare(digits))],
  [
    new RegExp(String.raw`^${NUMBER}?\.(\d+)$`, 'u'),
    ([, whole = '', part = '']) => decimal(bare(whole), part),
  ],
  [
    /^(\d+(?:\.\d+){2,})$/u,
    ([, version = '']) =>
      version
        .split('.')
        .flatMap((part, i) => (i === 0 ? cardinal(part) : ['point', ...cardinal(part)])),
  ],
  [/^([\d,.]*\d)(°[CF]?|%|[a-z]+)$/iu, readUnit],
  [
    /^(\d+\/\d+)$/u,
    ([, written = '']) => FRACTIONS[written]?.split(' ') ?? written.split('/').flatMap(cardinal),
  ],
  [/^(\d{3})-(\d{4})$/u, ([, ...parts]) => parts.flatMap(digitByDigit)],
  [
    /^(\d[\d,.]*)[-–](\d[\d,.]*)$/u,
    ([, from = '', to = '']) => [...(readFigures(from) ?? []), 'to', ...(readFigures(to) ?? [])],
  ],
  [/^[-−](\d.*)$/u, ([, rest = '']) => ['minus', ...(readFigures(rest) ?? [])]],
  [/^#(\d+)$/u, ([, digits = '']) => ['number', ...cardinal(digits)]],
];

/** What a word with digits is said like, in words; null for one that is no number ("B2B"). */
export function readFigures(word: string): readonly string[] | null {
  for (const [pattern, read] of READERS) {
    const parts = pattern.exec(word);
    if (parts === null) continue;
    const words = read(parts);
    if (words.length > 0) return words;
  }
  return null;
}

function readMoney([
  ,
  sign = '',
  whole = '',
  part,
  magnitude,
]: readonly string[]): readonly string[] {
  const [one, many, cents] = MONEY[sign] ?? ['', '', ''];
  const digits = bare(whole);
  if (magnitude !== undefined) {
    const amount = part === undefined ? cardinal(digits) : decimal(digits, part);
    return [...amount, MAGNITUDES[magnitude.toLowerCase()] ?? '', many];
  }
  const money = [...cardinal(digits), digits === '1' ? one : many];
  if (part === undefined || Number(part) === 0) return money;
  if (part.length !== 2) return [...decimal(digits, part), many];
  const rest = [...cardinal(part), cents];
  return Number(digits) === 0 ? rest : [...money, 'and', ...rest];
}

function readTime([, hour = '', minute = '', half]: readonly string[]): readonly string[] {
  const minutes = minute.startsWith('0') ? digitByDigit(minute) : cardinal(minute);
  const onTheHour = half === undefined ? ["o'clock"] : [];
  const rest = minute === '00' ? onTheHour : minutes;
  return [...cardinal(hour), ...rest, ...(half === undefined ? [] : [half.toUpperCase()])];
}

function readUnit([, number = '', written = '']: readonly string[]): readonly string[] {
  const unit = UNITS[written.toLowerCase()];
  const amount = unit === undefined ? null : readFigures(number);
  if (unit === undefined || amount === null) return [];
  return [...amount, ...unit[number === '1' ? 0 : 1].split(' ')];
}

/** "Nineties" of "ninety". */
function manyOf(words: readonly string[]): string[] {
  return words.map((word, i) =>
    i < words.length - 1 ? word : word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`,
  );
}

function bare(digits: string): string {
  return digits.replaceAll(',', '');
}
