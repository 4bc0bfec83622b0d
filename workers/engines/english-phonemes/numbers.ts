// Numbers in English words. Pure.
import { toCardinal } from 'n2words/en-US';

const DIGITS = 'zero one two three four five six seven eight nine'.split(' ');
const ORDINALS: Readonly<Record<string, string>> = {
  ...{ one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth' },
  twelve: 'twelfth',
};
/** Longer ones are read digit by digit. */
const MOST_DIGITS = 18;

/** A whole number as it is counted. @param digits nothing but digits. */
export function cardinal(digits: string): string[] {
  const plain = digits.replace(/^0+(?=\d)/u, '');
  if (plain.length > MOST_DIGITS) return digitByDigit(digits);
  return toCardinal(BigInt(plain)).split(/[ -]/u);
}

export function ordinal(digits: string): string[] {
  const words = cardinal(digits);
  const last = words.pop() ?? '';
  const made = last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  return [...words, ORDINALS[last] ?? made];
}

/** A zero among digits is said like the letter, as in telephone numbers. */
export function digitByDigit(digits: string): string[] {
  return Array.from(digits).map((digit) => (digit === '0' ? 'oh' : (DIGITS[Number(digit)] ?? '')));
}

/** 1984 in two halves; 2005 and 1900 as the number, 1905 with "oh". */
export function year(digits: string): string[] {
  const century = digits.slice(0, 2);
  const rest = digits.slice(2);
  if (century.endsWith('0') && rest.startsWith('0')) return cardinal(digits);
  if (rest === '00') return [...cardinal(century), 'hundred'];
  return [...cardinal(century), ...(rest.startsWith('0') ? digitByDigit(rest) : cardinal(rest))];
}

/** The digits after the point one by one. */
export function decimal(whole: string, fraction: string): string[] {
  const digits = Array.from(fraction).map((digit) => DIGITS[Number(digit)] ?? '');
  return [...(whole === '' ? [] : cardinal(whole)), 'point', ...digits];
}
