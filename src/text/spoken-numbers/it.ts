// Italian numbers and signs. Pure data and small functions, portable.
import { toCardinal, toOrdinal } from 'n2words/it-IT';
import type { CalendarDate, ClockTime, Plural, SpokenLocale } from './locale.ts';

const MONTHS = [
  ...['gennaio', 'febbraio', 'marzo', 'aprile', 'maggio', 'giugno'],
  ...['luglio', 'agosto', 'settembre', 'ottobre', 'novembre', 'dicembre'],
];
const plural = (one: string, other: string): Plural => ({ one, other });

function date({ day, month, year }: CalendarDate): string {
  const said = `${day === 1 ? 'primo' : toCardinal(day)} ${MONTHS[month - 1] ?? ''}`;
  return year === null ? said : `${said} ${toCardinal(year)}`;
}

function time({ hours, minutes }: ClockTime): string {
  const hour = toCardinal(hours);
  return minutes === 0 ? hour : `${hour} e ${toCardinal(minutes)}`;
}

export const ITALIAN: SpokenLocale = {
  tag: 'it-IT',
  cardinal: (value) => toCardinal(value),
  ordinal: (value) => toOrdinal(value),
  year: (value) => toCardinal(value),
  date,
  time,
  dateOrder: 'day-first',
  decimalMark: ',',
  decimals: 'number',
  point: 'virgola',
  minus: 'meno',
  to: 'a',
  and: 'e',
  percent: 'per cento',
  ordinalMark: /[ºª°]/u,
  currencies: {
    '€': { whole: { other: 'euro' }, hundredths: plural('centesimo', 'centesimi') },
    EUR: { whole: { other: 'euro' }, hundredths: plural('centesimo', 'centesimi') },
    $: { whole: plural('dollaro', 'dollari'), hundredths: plural('centesimo', 'centesimi') },
    '£': { whole: plural('sterlina', 'sterline'), hundredths: { other: 'pence' } },
    '¥': { whole: { other: 'yen' }, hundredths: null },
  },
  units: {
    km: plural('chilometro', 'chilometri'),
    m: plural('metro', 'metri'),
    cm: plural('centimetro', 'centimetri'),
    mm: plural('millimetro', 'millimetri'),
    'km/h': plural('chilometro orario', 'chilometri orari'),
    'm²': plural('metro quadro', 'metri quadri'),
    kg: plural('chilogrammo', 'chilogrammi'),
    g: plural('grammo', 'grammi'),
    l: plural('litro', 'litri'),
    '°C': plural('grado Celsius', 'gradi Celsius'),
    '°': plural('grado', 'gradi'),
    MB: { other: 'megabyte' },
    GB: { other: 'gigabyte' },
    min: plural('minuto', 'minuti'),
    h: plural('ora', 'ore'),
    s: plural('secondo', 'secondi'),
  },
  signs: {
    '&': 'e',
    '+': 'più',
    '=': 'uguale',
    '×': 'per',
    '%': 'per cento',
    '°': 'gradi',
    '~': 'circa',
    '#': 'numero',
  },
  address: {
    dot: 'punto',
    at: 'chiocciola',
    slash: 'barra',
    dash: 'trattino',
    underscore: 'trattino basso',
  },
  abbreviations: [
    [/\bSig\.(?=\s\p{Lu})/gu, 'Signor'],
    [/\bDott\.(?=\s\p{Lu})/gu, 'Dottor'],
    [/\bad\s?es\./gu, 'ad esempio'],
    [/\becc\./gu, 'eccetera'],
  ],
  months: MONTHS,
};
