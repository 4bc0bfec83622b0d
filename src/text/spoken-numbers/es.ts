// Spanish numbers and signs. Pure data and small functions, portable.
import { toCardinal, toOrdinal } from 'n2words/es-ES';
import type { CalendarDate, ClockTime, Plural, SpokenLocale } from './locale.ts';

const MONTHS = [
  ...['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio'],
  ...['julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre'],
];
const plural = (one: string, other = `${one}s`): Plural => ({ one, other });

function date({ day, month, year }: CalendarDate): string {
  const said = `${day === 1 ? 'primero' : toCardinal(day)} de ${MONTHS[month - 1] ?? ''}`;
  return year === null ? said : `${said} de ${toCardinal(year)}`;
}

function time({ hours, minutes }: ClockTime): string {
  const hour = toCardinal(hours, { gender: 'feminine' });
  return minutes === 0 ? `${hour} en punto` : `${hour} y ${toCardinal(minutes)}`;
}

export const SPANISH: SpokenLocale = {
  tag: 'es-ES',
  cardinal: (value, gender) => toCardinal(value, gender === undefined ? {} : { gender }),
  ordinal: (value) => toOrdinal(value),
  year: (value) => toCardinal(value),
  date,
  time,
  dateOrder: 'day-first',
  decimalMark: ',',
  decimals: 'number',
  point: 'coma',
  minus: 'menos',
  to: 'a',
  and: 'con',
  percent: 'por ciento',
  ordinalMark: /\.?[ºª°]/u,
  currencies: {
    '€': { whole: plural('euro'), hundredths: plural('céntimo') },
    EUR: { whole: plural('euro'), hundredths: plural('céntimo') },
    $: { whole: plural('dólar', 'dólares'), hundredths: plural('centavo') },
    '£': { whole: plural('libra'), hundredths: plural('penique'), gender: 'feminine' },
    '¥': { whole: plural('yen', 'yenes'), hundredths: null },
  },
  units: {
    km: plural('kilómetro'),
    m: plural('metro'),
    cm: plural('centímetro'),
    mm: plural('milímetro'),
    'km/h': plural('kilómetro por hora', 'kilómetros por hora'),
    'm²': plural('metro cuadrado', 'metros cuadrados'),
    kg: plural('kilogramo'),
    g: plural('gramo'),
    l: plural('litro'),
    '°C': plural('grado Celsius', 'grados Celsius'),
    '°': plural('grado'),
    MB: plural('megabyte'),
    GB: plural('gigabyte'),
    min: plural('minuto'),
    h: plural('hora'),
    s: plural('segundo'),
  },
  signs: {
    '&': 'y',
    '+': 'más',
    '=': 'igual a',
    '×': 'por',
    '%': 'por ciento',
    '°': 'grados',
    '~': 'unos',
    '#': 'número',
  },
  address: { dot: 'punto', at: 'arroba', slash: 'barra', dash: 'guion', underscore: 'guion bajo' },
  abbreviations: [
    [/\bSr\.(?=\s\p{Lu})/gu, 'Señor'],
    [/\bSra\.(?=\s\p{Lu})/gu, 'Señora'],
    [/\bDr\.(?=\s\p{Lu})/gu, 'Doctor'],
    [/\bp\.\s?ej\./gu, 'por ejemplo'],
    [/\betc\./gu, 'etcétera'],
    [/\b[nN]\.?º\s?(?=\d)/gu, 'número '],
  ],
  months: MONTHS,
};
