// Russian numbers and signs. Pure data and small functions, portable.
import { toCardinal, toOrdinal } from 'n2words/ru-RU';
import type { CalendarDate, ClockTime, Plural, SpokenLocale } from './locale.ts';

/** As they stand in a date. */
const MONTHS = [
  ...['января', 'февраля', 'марта', 'апреля', 'мая', 'июня'],
  ...['июля', 'августа', 'сентября', 'октября', 'ноября', 'декабря'],
];
const plural = (one: string, few: string, many: string): Plural => ({ one, few, many, other: few });

/** "Двадцать второй" to "двадцать второго". */
function toGenitive(ordinal: string): string {
  return ordinal
    .replace(/третий$/u, 'третьего')
    .replace(/(?:ый|ой)$/u, 'ого')
    .replace(/ий$/u, 'его');
}

function date({ day, month, year }: CalendarDate): string {
  const said = `${toGenitive(toOrdinal(day))} ${MONTHS[month - 1] ?? ''}`;
  return year === null ? said : `${said} ${toGenitive(toOrdinal(year))} года`;
}

function time({ hours, minutes }: ClockTime): string {
  const hour = toCardinal(hours);
  return minutes === 0
    ? `${hour} ноль ноль`
    : `${hour} ${minutes < 10 ? 'ноль ' : ''}${toCardinal(minutes)}`;
}

export const RUSSIAN: SpokenLocale = {
  tag: 'ru-RU',
  cardinal: (value, gender) => toCardinal(value, gender === undefined ? {} : { gender }),
  ordinal: (value) => toOrdinal(value),
  year: (value) => toCardinal(value),
  date,
  time,
  dateOrder: 'day-first',
  decimalMark: ',',
  decimals: 'number',
  point: 'и',
  minus: 'минус',
  to: 'до',
  and: '',
  percent: 'процентов',
  ordinalMark: /-?(?:й|я|е|го|му|ый|ая|ое)(?!\p{L})/u,
  currencies: {
    '₽': {
      whole: plural('рубль', 'рубля', 'рублей'),
      hundredths: plural('копейка', 'копейки', 'копеек'),
    },
    RUB: {
      whole: plural('рубль', 'рубля', 'рублей'),
      hundredths: plural('копейка', 'копейки', 'копеек'),
    },
    $: {
      whole: plural('доллар', 'доллара', 'долларов'),
      hundredths: plural('цент', 'цента', 'центов'),
    },
    '€': { whole: { other: 'евро' }, hundredths: plural('цент', 'цента', 'центов') },
  },
  units: {
    км: plural('километр', 'километра', 'километров'),
    м: plural('метр', 'метра', 'метров'),
    см: plural('сантиметр', 'сантиметра', 'сантиметров'),
    мм: plural('миллиметр', 'миллиметра', 'миллиметров'),
    'км/ч': plural('километр в час', 'километра в час', 'километров в час'),
    кг: plural('килограмм', 'килограмма', 'килограммов'),
    г: plural('грамм', 'грамма', 'граммов'),
    л: plural('литр', 'литра', 'литров'),
    '%': plural('процент', 'процента', 'процентов'),
    '°C': plural('градус Цельсия', 'градуса Цельсия', 'градусов Цельсия'),
    '°': plural('градус', 'градуса', 'градусов'),
    мин: plural('минута', 'минуты', 'минут'),
    ч: plural('час', 'часа', 'часов'),
    руб: plural('рубль', 'рубля', 'рублей'),
  },
  signs: {
    '&': 'и',
    '+': 'плюс',
    '=': 'равно',
    '×': 'на',
    '%': 'процентов',
    '°': 'градусов',
    '~': 'около',
    '№': 'номер',
    '#': 'номер',
  },
  address: {
    dot: 'точка',
    at: 'собака',
    slash: 'слэш',
    dash: 'дефис',
    underscore: 'подчёркивание',
  },
  abbreviations: [
    [/(?<!\p{L})т\.\s?е\./gu, 'то есть'],
    [/(?<!\p{L})т\.\s?д\./gu, 'так далее'],
    [/(?<!\p{L})т\.\s?п\./gu, 'тому подобное'],
    [/(?<!\p{L})г\.(?=\s\p{Lu})/gu, 'город'],
    [/(?<!\p{L})ул\./gu, 'улица'],
  ],
  months: MONTHS,
};
