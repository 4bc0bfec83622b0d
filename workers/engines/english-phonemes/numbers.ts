// Numbers in English words. Pure.

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = ['', 'thousand', 'million', 'billion', 'trillion', 'quadrillion'];
const ORDINALS: Readonly<Record<string, string>> = {
  ...{ one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth' },
  twelve: 'twelfth',
};
/** Longer ones are read digit by digit. */
const MOST_DIGITS = SCALES.length * 3;

/** A whole number as it is counted. @param digits nothing but digits. */
export function cardinal(digits: string): string[] {
  const plain = digits.replace(/^0+(?=\d)/u, '');
  if (plain.length > MOST_DIGITS) return digitByDigit(digits);
  if (plain === '0') return ['zero'];
  const groups: string[] = [];
  for (let end = plain.length; end > 0; end -= 3)
    groups.unshift(plain.slice(Math.max(0, end - 3), end));
  return groups.flatMap((group, i) => {
    const scale = SCALES[groups.length - 1 - i] ?? '';
    const words = upToThousand(Number(group));
    return words.length === 0 || scale === '' ? words : [...words, scale];
  });
}

export function ordinal(digits: string): string[] {
  const words = cardinal(digits);
  const last = words.pop() ?? '';
  const made = last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  return [...words, ORDINALS[last] ?? made];
}

/** A zero among digits is said like the letter, as in telephone numbers. */
export function digitByDigit(digits: string): string[] {
  return Array.from(digits).map((digit) => (digit === '0' ? 'oh' : (ONES[Number(digit)] ?? '')));
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
  const digits = Array.from(fraction).map((digit) => ONES[Number(digit)] ?? '');
  return [...(whole === '' ? [] : cardinal(whole)), 'point', ...digits];
}

function upToThousand(value: number): string[] {
  const hundreds = Math.floor(value / 100);
  const head = hundreds === 0 ? [] : [ONES[hundreds] ?? '', 'hundred'];
  const rest = value % 100;
  if (rest === 0) return head;
  if (rest < 20) return [...head, ONES[rest] ?? ''];
  const ones = rest % 10;
  return [...head, TENS[Math.floor(rest / 10)] ?? '', ...(ones === 0 ? [] : [ONES[ones] ?? ''])];
}
