// Chinese numbers and signs. Pure data and small functions, portable.
import { toCardinal } from 'n2words/zh-Hans-CN';
import type { CalendarDate, ClockTime, SpokenLocale } from './locale.ts';

const same = (word: string): { other: string } => ({ other: word });
const DIGITS = '零一二三四五六七八九';

/** Ten to nineteen go without a leading one. */
function cardinal(value: bigint | number): string {
  return toCardinal(value, { formal: false }).replace(/^一十/u, '十');
}

/** Years are read digit by digit. */
function year(value: number): string {
  return Array.from(String(value), (digit) => DIGITS[Number(digit)] ?? digit).join('');
}

function date({ day, month, year: ofYear }: CalendarDate): string {
  const said = `${cardinal(month)}月${cardinal(day)}日`;
  return ofYear === null ? said : `${year(ofYear)}年${said}`;
}

function time({ hours, minutes }: ClockTime): string {
  const hour = `${cardinal(hours)}点`;
  if (minutes === 0) return hour;
  return `${hour}${minutes < 10 ? '零' : ''}${cardinal(minutes)}分`;
}

export const CHINESE: SpokenLocale = {
  tag: 'zh-CN',
  cardinal,
  ordinal: (value) => `第${cardinal(value)}`,
  year,
  date,
  time,
  dateOrder: 'year-first',
  decimalMark: '.',
  decimals: 'digits',
  point: '点',
  minus: '负',
  to: '到',
  and: '',
  percent: '百分之',
  isPercentFirst: true,
  ordinalMark: null,
  currencies: {
    '¥': { whole: same('元'), hundredths: null },
    '￥': { whole: same('元'), hundredths: null },
    $: { whole: same('美元'), hundredths: null },
    '€': { whole: same('欧元'), hundredths: null },
  },
  units: {
    km: same('公里'),
    m: same('米'),
    cm: same('厘米'),
    kg: same('公斤'),
    g: same('克'),
    '°C': same('摄氏度'),
    '℃': same('摄氏度'),
    '°': same('度'),
  },
  signs: { '&': '和', '+': '加', '=': '等于', '×': '乘', '%': '百分号' },
  address: { dot: '点', at: '艾特', slash: '斜杠', dash: '横杠', underscore: '下划线' },
  abbreviations: [],
  months: [],
};
