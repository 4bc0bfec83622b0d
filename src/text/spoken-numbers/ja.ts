// Japanese numbers and signs. Pure data and small functions, portable.
import { toCardinal } from 'n2words/ja-JP';
import type { CalendarDate, ClockTime, SpokenLocale } from './locale.ts';

const same = (word: string): { other: string } => ({ other: word });

function date({ day, month, year }: CalendarDate): string {
  const said = `${toCardinal(month)}月${toCardinal(day)}日`;
  return year === null ? said : `${toCardinal(year)}年${said}`;
}

function time({ hours, minutes }: ClockTime): string {
  return minutes === 0
    ? `${toCardinal(hours)}時`
    : `${toCardinal(hours)}時${toCardinal(minutes)}分`;
}

export const JAPANESE: SpokenLocale = {
  tag: 'ja-JP',
  cardinal: (value) => toCardinal(value),
  ordinal: (value) => `${toCardinal(value)}番目`,
  year: (value) => toCardinal(value),
  date,
  time,
  dateOrder: 'year-first',
  decimalMark: '.',
  decimals: 'digits',
  point: '点',
  minus: 'マイナス',
  to: 'から',
  and: '',
  percent: 'パーセント',
  ordinalMark: null,
  currencies: {
    '¥': { whole: same('円'), hundredths: null },
    '￥': { whole: same('円'), hundredths: null },
    $: { whole: same('ドル'), hundredths: same('セント') },
    '€': { whole: same('ユーロ'), hundredths: same('セント') },
  },
  units: {
    km: same('キロメートル'),
    m: same('メートル'),
    cm: same('センチメートル'),
    kg: same('キログラム'),
    g: same('グラム'),
    '°C': same('度'),
    '℃': same('度'),
    '°': same('度'),
  },
  signs: { '&': 'アンド', '+': 'プラス', '=': 'イコール', '×': 'かける', '%': 'パーセント' },
  address: {
    dot: 'ドット',
    at: 'アット',
    slash: 'スラッシュ',
    dash: 'ハイフン',
    underscore: 'アンダーバー',
  },
  abbreviations: [],
  months: [],
};
