// French numbers and signs. Pure data and small functions, portable.
import { toCardinal, toOrdinal } from 'n2words/fr-FR';
import type { CalendarDate, ClockTime, Plural, SpokenLocale } from './locale.ts';

const MONTHS = [
  ...['janvier', 'février', 'mars', 'avril', 'mai', 'juin'],
  ...['juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
];
const plural = (one: string, other = `${one}s`): Plural => ({ one, other });

function date({ day, month, year }: CalendarDate): string {
  const said = `${day === 1 ? 'premier' : toCardinal(day)} ${MONTHS[month - 1] ?? ''}`;
  return year === null ? said : `${said} ${toCardinal(year)}`;
}

function time({ hours, minutes }: ClockTime): string {
  const hour =
    hours === 1 ? 'une heure' : `${toCardinal(hours)} ${hours === 0 ? 'heure' : 'heures'}`;
  return minutes === 0 ? hour : `${hour} ${toCardinal(minutes)}`;
}

export const FRENCH: SpokenLocale = {
  tag: 'fr-FR',
  cardinal: (value) => toCardinal(value),
  ordinal: (value) => toOrdinal(value),
  year: (value) => toCardinal(value),
  date,
  time,
  dateOrder: 'day-first',
  decimalMark: ',',
  decimals: 'number',
  point: 'virgule',
  minus: 'moins',
  to: 'à',
  and: '',
  percent: 'pour cent',
  ordinalMark: /(?:ers?|ère|e|è|ème|nd|nde)\b/u,
  currencies: {
    '€': { whole: plural('euro'), hundredths: plural('centime') },
    EUR: { whole: plural('euro'), hundredths: plural('centime') },
    $: { whole: plural('dollar'), hundredths: plural('cent') },
    '£': { whole: plural('livre'), hundredths: { one: 'penny', other: 'pence' } },
    CHF: { whole: plural('franc suisse', 'francs suisses'), hundredths: plural('centime') },
    '¥': { whole: plural('yen'), hundredths: null },
  },
  units: {
    km: plural('kilomètre'),
    m: plural('mètre'),
    cm: plural('centimètre'),
    mm: plural('millimètre'),
    'km/h': plural('kilomètre heure', 'kilomètres heure'),
    'm²': plural('mètre carré', 'mètres carrés'),
    kg: plural('kilogramme'),
    g: plural('gramme'),
    l: plural('litre'),
    '°C': plural('degré Celsius', 'degrés Celsius'),
    '°': plural('degré'),
    Mo: plural('mégaoctet'),
    Go: plural('gigaoctet'),
    min: plural('minute'),
    h: plural('heure'),
    s: plural('seconde'),
  },
  signs: {
    '&': 'et',
    '+': 'plus',
    '=': 'égale',
    '×': 'fois',
    '%': 'pour cent',
    '°': 'degrés',
    '~': 'environ',
    '#': 'numéro',
  },
  address: {
    dot: 'point',
    at: 'arobase',
    slash: 'barre oblique',
    dash: 'tiret',
    underscore: 'tiret bas',
  },
  abbreviations: [
    [/\bM\.(?=\s\p{Lu})/gu, 'Monsieur'],
    [/\bMme(?=\s)/gu, 'Madame'],
    [/\bMlle(?=\s)/gu, 'Mademoiselle'],
    [/\bDr(?=\s\p{Lu})/gu, 'Docteur'],
    [/\bp\.\s?ex\./gu, 'par exemple'],
    [/\betc\./gu, 'et cætera'],
    [/\b[nN]°\s?(?=\d)/gu, 'numéro '],
  ],
  months: MONTHS,
};
