// German numbers and signs. Pure data and small functions, portable.
import { toCardinal, toOrdinal } from 'n2words/de-DE';
import type { CalendarDate, ClockTime, Plural, SpokenLocale } from './locale.ts';

const MONTHS = [
  ...['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni'],
  ...['Juli', 'August', 'September', 'Oktober', 'November', 'Dezember'],
];
const same = (word: string): Plural => ({ other: word });

/** 1,100 to 1,999 by hundreds: "neunzehnhundertfünf". */
function year(value: number): string {
  if (value < 1_100 || value > 1_999) return toCardinal(value);
  const rest = value % 100;
  return `${toCardinal(Math.floor(value / 100))}hundert${rest === 0 ? '' : toCardinal(rest)}`;
}

/** "Der zweite", "am zweiten", "zweiter". */
function endingAfter(before: string): string {
  if (/\b(?:am|vom|zum|beim|dem|den|des|ab|bis|seit|nach|vor)\s$/iu.test(before)) return 'n';
  return /\b(?:der|die|das)\s$/iu.test(before) ? '' : 'r';
}

function date({ day, month, year: ofYear }: CalendarDate, before: string): string {
  const said = `${toOrdinal(day)}${endingAfter(before)} ${MONTHS[month - 1] ?? ''}`;
  return ofYear === null ? said : `${said} ${year(ofYear)}`;
}

function time({ hours, minutes }: ClockTime): string {
  const hour = hours === 1 ? 'ein' : toCardinal(hours);
  return minutes === 0 ? `${hour} Uhr` : `${hour} Uhr ${toCardinal(minutes)}`;
}

export const GERMAN: SpokenLocale = {
  tag: 'de-DE',
  cardinal: (value) => toCardinal(value),
  ordinal: (value) => toOrdinal(value),
  year,
  date,
  time,
  dateOrder: 'day-first',
  decimalMark: ',',
  decimals: 'digits',
  point: 'Komma',
  minus: 'minus',
  to: 'bis',
  and: '',
  percent: 'Prozent',
  ordinalMark: null,
  currencies: {
    '€': { whole: same('Euro'), hundredths: same('Cent') },
    EUR: { whole: same('Euro'), hundredths: same('Cent') },
    $: { whole: same('Dollar'), hundredths: same('Cent') },
    USD: { whole: same('US-Dollar'), hundredths: same('Cent') },
    '£': { whole: same('Pfund'), hundredths: same('Pence') },
    CHF: { whole: same('Schweizer Franken'), hundredths: same('Rappen') },
    '¥': { whole: same('Yen'), hundredths: null },
  },
  units: {
    km: same('Kilometer'),
    m: same('Meter'),
    cm: same('Zentimeter'),
    mm: same('Millimeter'),
    'km/h': same('Kilometer pro Stunde'),
    'm²': same('Quadratmeter'),
    kg: same('Kilogramm'),
    g: same('Gramm'),
    mg: same('Milligramm'),
    l: same('Liter'),
    ml: same('Milliliter'),
    '°C': same('Grad Celsius'),
    '°': same('Grad'),
    MB: same('Megabyte'),
    GB: same('Gigabyte'),
    W: same('Watt'),
    kWh: same('Kilowattstunden'),
    min: { one: 'Minute', other: 'Minuten' },
    h: { one: 'Stunde', other: 'Stunden' },
    s: { one: 'Sekunde', other: 'Sekunden' },
    Uhr: same('Uhr'),
  },
  signs: {
    '&': 'und',
    '+': 'plus',
    '=': 'gleich',
    '×': 'mal',
    '%': 'Prozent',
    '°': 'Grad',
    '~': 'etwa',
    '#': 'Nummer',
  },
  address: {
    dot: 'Punkt',
    at: 'at',
    slash: 'Schrägstrich',
    dash: 'Bindestrich',
    underscore: 'Unterstrich',
  },
  abbreviations: [
    [/\bz\.\s?B\./gu, 'zum Beispiel'],
    [/\bd\.\s?h\./gu, 'das heißt'],
    [/\busw\./gu, 'und so weiter'],
    [/\bca\./gu, 'circa'],
    [/\bNr\./gu, 'Nummer'],
    [/\bDr\./gu, 'Doktor'],
    [/\bStr\./gu, 'Straße'],
  ],
  months: MONTHS,
};
