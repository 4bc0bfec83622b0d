// Portuguese numbers and signs. Pure data and small functions, portable.
import { toCardinal, toOrdinal } from 'n2words/pt-PT';
import type { CalendarDate, ClockTime, Plural, SpokenLocale } from './locale.ts';

const MONTHS = [
  ...['janeiro', 'fevereiro', 'março', 'abril', 'maio', 'junho'],
  ...['julho', 'agosto', 'setembro', 'outubro', 'novembro', 'dezembro'],
];
const plural = (one: string, other = `${one}s`): Plural => ({ one, other });
const FEMININE: readonly (readonly [RegExp, string])[] = [
  [/\bum$/u, 'uma'],
  [/\bdois$/u, 'duas'],
];

function date({ day, month, year }: CalendarDate): string {
  const said = `${day === 1 ? 'primeiro' : toCardinal(day)} de ${MONTHS[month - 1] ?? ''}`;
  return year === null ? said : `${said} de ${toCardinal(year)}`;
}

function time({ hours, minutes }: ClockTime): string {
  const number = FEMININE.reduce(
    (text, [end, other]) => text.replace(end, other),
    toCardinal(hours),
  );
  const hour = `${number} ${hours === 1 ? 'hora' : 'horas'}`;
  return minutes === 0 ? hour : `${hour} e ${toCardinal(minutes)}`;
}

export const PORTUGUESE: SpokenLocale = {
  tag: 'pt-PT',
  cardinal: (value) => toCardinal(value),
  ordinal: (value) => toOrdinal(value),
  year: (value) => toCardinal(value),
  date,
  time,
  dateOrder: 'day-first',
  decimalMark: ',',
  decimals: 'number',
  point: 'vírgula',
  minus: 'menos',
  to: 'a',
  and: 'e',
  percent: 'por cento',
  ordinalMark: /\.?[ºª°]/u,
  currencies: {
    '€': { whole: plural('euro'), hundredths: plural('cêntimo') },
    EUR: { whole: plural('euro'), hundredths: plural('cêntimo') },
    R$: { whole: plural('real', 'reais'), hundredths: plural('centavo') },
    BRL: { whole: plural('real', 'reais'), hundredths: plural('centavo') },
    $: { whole: plural('dólar', 'dólares'), hundredths: plural('cêntimo') },
    '£': { whole: plural('libra'), hundredths: { other: 'pence' } },
  },
  units: {
    km: plural('quilómetro'),
    m: plural('metro'),
    cm: plural('centímetro'),
    mm: plural('milímetro'),
    'km/h': plural('quilómetro por hora', 'quilómetros por hora'),
    'm²': plural('metro quadrado', 'metros quadrados'),
    kg: plural('quilograma'),
    g: plural('grama'),
    l: plural('litro'),
    '°C': plural('grau Celsius', 'graus Celsius'),
    '°': plural('grau'),
    MB: plural('megabyte'),
    GB: plural('gigabyte'),
    min: plural('minuto'),
    h: plural('hora'),
    s: plural('segundo'),
  },
  signs: {
    '&': 'e',
    '+': 'mais',
    '=': 'igual a',
    '×': 'vezes',
    '%': 'por cento',
    '°': 'graus',
    '~': 'cerca de',
    '#': 'número',
  },
  address: { dot: 'ponto', at: 'arroba', slash: 'barra', dash: 'hífen', underscore: 'sublinhado' },
  abbreviations: [
    [/\bSr\.(?=\s\p{Lu})/gu, 'Senhor'],
    [/\bSr\.?ª(?=\s)/gu, 'Senhora'],
    [/\bDr\.(?=\s\p{Lu})/gu, 'Doutor'],
    [/\bp\.\s?ex\./gu, 'por exemplo'],
    [/\betc\./gu, 'etecetera'],
  ],
  months: MONTHS,
};
