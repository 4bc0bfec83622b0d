// English numbers and signs. Pure data and small functions, portable.
import { toCardinal as toBritish } from 'n2words/en-GB';
import { toCardinal, toOrdinal } from 'n2words/en-US';
import type { CalendarDate, ClockTime, SpokenLocale } from './locale.ts';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
const plural = (one: string, other = `${one}s`): { one: string; other: string } => ({ one, other });

/** 1,100 to 2,099 in two halves: "nineteen oh five", "twenty twenty-six"; "two thousand five" as it is. */
function year(value: number): string {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  const isPlain = value < 1_100 || value > 2_099 || (value >= 2_000 && value < 2_010);
  if (isPlain) return toCardinal(value);
  if (rest === 0) return `${toCardinal(century)} hundred`;
  return `${toCardinal(century)} ${rest < 10 ? 'oh ' : ''}${toCardinal(rest)}`;
}

function monthOf({ month }: CalendarDate): string {
  return MONTHS[month - 1] ?? '';
}

function americanDate(date: CalendarDate): string {
  const said = `${monthOf(date)} ${toOrdinal(date.day)}`;
  return date.year === null ? said : `${said}, ${year(date.year)}`;
}

function britishDate(date: CalendarDate): string {
  const said = `the ${toOrdinal(date.day)} of ${monthOf(date)}`;
  return date.year === null ? said : `${said}, ${year(date.year)}`;
}

function time({ hours, minutes, half }: ClockTime): string {
  const suffix = half === null ? '' : half === 'am' ? ' A M' : ' P M';
  const hour = hours === 0 && half === null ? 'zero' : toCardinal(hours);
  if (minutes === 0) {
    if (half !== null) return `${hour}${suffix}`;
    return hours > 12 || hours === 0 ? `${hour} hundred` : `${hour} o'clock`;
  }
  return `${hour} ${minutes < 10 ? 'oh ' : ''}${toCardinal(minutes)}${suffix}`;
}

export const AMERICAN_ENGLISH: SpokenLocale = {
  tag: 'en-US',
  cardinal: (value) => toCardinal(value),
  ordinal: (value) => toOrdinal(value),
  year,
  date: americanDate,
  time,
  dateOrder: 'month-first',
  decimalMark: '.',
  decimals: 'digits',
  point: 'point',
  minus: 'minus',
  to: 'to',
  and: 'and',
  percent: 'percent',
  ordinalMark: /(?:st|nd|rd|th)\b/u,
  currencies: {
    $: { whole: plural('dollar'), hundredths: plural('cent') },
    USD: { whole: plural('US dollar'), hundredths: plural('cent') },
    '€': { whole: plural('euro'), hundredths: plural('cent') },
    EUR: { whole: plural('euro'), hundredths: plural('cent') },
    '£': { whole: plural('pound'), hundredths: { one: 'penny', other: 'pence' } },
    GBP: { whole: plural('British pound'), hundredths: { one: 'penny', other: 'pence' } },
    '¥': { whole: { other: 'yen' }, hundredths: null },
    JPY: { whole: { other: 'yen' }, hundredths: null },
    '₹': { whole: plural('rupee'), hundredths: { one: 'paisa', other: 'paise' } },
    INR: { whole: plural('rupee'), hundredths: { one: 'paisa', other: 'paise' } },
    CHF: { whole: plural('Swiss franc'), hundredths: plural('centime') },
    '₽': { whole: plural('ruble'), hundredths: plural('kopeck') },
    '₩': { whole: { other: 'won' }, hundredths: null },
    '₿': { whole: plural('bitcoin'), hundredths: null },
  },
  units: {
    km: plural('kilometer'),
    m: plural('meter'),
    cm: plural('centimeter'),
    mm: plural('millimeter'),
    'km/h': { one: 'kilometer per hour', other: 'kilometers per hour' },
    kph: { one: 'kilometer per hour', other: 'kilometers per hour' },
    mph: { one: 'mile per hour', other: 'miles per hour' },
    'm/s': { one: 'meter per second', other: 'meters per second' },
    mi: plural('mile'),
    ft: { one: 'foot', other: 'feet' },
    yd: plural('yard'),
    'm²': plural('square meter'),
    m2: plural('square meter'),
    'km²': plural('square kilometer'),
    km2: plural('square kilometer'),
    'm³': plural('cubic meter'),
    ha: plural('hectare'),
    kg: plural('kilogram'),
    g: plural('gram'),
    mg: plural('milligram'),
    lb: plural('pound'),
    lbs: plural('pound'),
    oz: plural('ounce'),
    l: plural('liter'),
    L: plural('liter'),
    ml: plural('milliliter'),
    mL: plural('milliliter'),
    gal: plural('gallon'),
    '°C': { one: 'degree Celsius', other: 'degrees Celsius' },
    '°F': { one: 'degree Fahrenheit', other: 'degrees Fahrenheit' },
    '°': plural('degree'),
    K: { other: 'kelvin' },
    B: plural('byte'),
    kB: plural('kilobyte'),
    KB: plural('kilobyte'),
    MB: plural('megabyte'),
    GB: plural('gigabyte'),
    TB: plural('terabyte'),
    KiB: plural('kibibyte'),
    MiB: plural('mebibyte'),
    GiB: plural('gibibyte'),
    'Mbit/s': { one: 'megabit per second', other: 'megabits per second' },
    Mbps: { one: 'megabit per second', other: 'megabits per second' },
    Gbps: { one: 'gigabit per second', other: 'gigabits per second' },
    Hz: { other: 'hertz' },
    kHz: { other: 'kilohertz' },
    MHz: { other: 'megahertz' },
    GHz: { other: 'gigahertz' },
    V: plural('volt'),
    A: plural('ampere'),
    mA: plural('milliampere'),
    W: plural('watt'),
    kW: plural('kilowatt'),
    MW: plural('megawatt'),
    kWh: plural('kilowatt-hour'),
    mAh: plural('milliampere-hour'),
    J: plural('joule'),
    kcal: plural('kilocalorie'),
    Pa: plural('pascal'),
    hPa: plural('hectopascal'),
    dB: plural('decibel'),
    s: plural('second'),
    sec: plural('second'),
    ms: plural('millisecond'),
    min: plural('minute'),
    mins: plural('minute'),
    h: plural('hour'),
    hr: plural('hour'),
    hrs: plural('hour'),
    px: plural('pixel'),
    fps: { one: 'frame per second', other: 'frames per second' },
    rpm: { other: 'R P M' },
  },
  signs: {
    '&': 'and',
    '+': 'plus',
    '=': 'equals',
    '×': 'times',
    '÷': 'divided by',
    '±': 'plus or minus',
    '≈': 'about',
    '~': 'about',
    '<': 'less than',
    '>': 'greater than',
    '≤': 'at most',
    '≥': 'at least',
    '→': 'to',
    '@': 'at',
    '%': 'percent',
    '°': 'degrees',
    '½': 'one half',
    '¼': 'one quarter',
    '¾': 'three quarters',
    '⅓': 'one third',
    '⅔': 'two thirds',
    '§': 'section',
  },
  address: { dot: 'dot', at: 'at', slash: 'slash', dash: 'dash', underscore: 'underscore' },
  abbreviations: [
    [/\bDr\.(?=\s\p{Lu})/gu, 'Doctor'],
    [/\bMr\.?(?=\s\p{Lu})/gu, 'Mister'],
    [/\bMrs\.?(?=\s\p{Lu})/gu, 'Missus'],
    [/\bMs\.?(?=\s\p{Lu})/gu, 'Miz'],
    [/\bProf\.(?=\s\p{Lu})/gu, 'Professor'],
    [/\bSt\.(?=\s\p{Lu})/gu, 'Saint'],
    [/(?<=\p{L}\s)(?:St\.)(?=[\s,.]|$)/gu, 'Street'],
    [/\bAve\./gu, 'Avenue'],
    [/\bRd\./gu, 'Road'],
    [/\bBlvd\./gu, 'Boulevard'],
    [/\bNos?\.(?=\s?\d)/gu, 'number'],
    [/#(?=\d)/gu, 'number '],
    [/\bvs\.?(?=\s)/gu, 'versus'],
    [/\be\.g\.,?/giu, 'for example,'],
    [/\bi\.e\.,?/giu, 'that is,'],
    [/\betc\./giu, 'et cetera'],
    [/\bapprox\./giu, 'approximately'],
    [/\bincl\./giu, 'including'],
    [/\bmax\.(?=\s)/giu, 'maximum'],
    [/\bmin\.(?=\s\p{Ll})/giu, 'minimum'],
    [/\bJr\./gu, 'Junior'],
    [/\bSr\./gu, 'Senior'],
    [/\bw\/o\b/gu, 'without'],
    [/\bw\/(?=\s)/gu, 'with'],
    [/\b24\/7\b/gu, 'twenty-four seven'],
  ],
  months: MONTHS,
};

const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/meter(?=s?\b)/u, 'metre'],
  [/liter(?=s?\b)/u, 'litre'],
];

export const BRITISH_ENGLISH: SpokenLocale = {
  ...AMERICAN_ENGLISH,
  tag: 'en-GB',
  cardinal: (value) => toBritish(value),
  date: britishDate,
  dateOrder: 'day-first',
  percent: 'per cent',
  units: Object.fromEntries(
    Object.entries(AMERICAN_ENGLISH.units).map(([unit, forms]) => [
      unit,
      Object.fromEntries(
        Object.entries(forms).map(([form, words]) => [form, toBritishSpelling(words)]),
      ) as typeof forms,
    ]),
  ),
};

function toBritishSpelling(words: string): string {
  return SPELLINGS.reduce((text, [pattern, other]) => text.replace(pattern, other), words);
}
