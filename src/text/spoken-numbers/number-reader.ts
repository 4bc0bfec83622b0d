// Numbers as they are written in a language to words, with or without what they count. Pure, portable.
import { isSpaceless } from '../spoken-words.ts';
import { pluralOf } from './locale.ts';
import type { CurrencyWords, Plural, SpokenLocale } from './locale.ts';

/** Longer ones are codes, read digit by digit. */
const MAX_DIGITS = 15;
const SPACES = ' \u00a0\u202f';

/** A number as it was read: the whole, and decimals as they stand. */
export interface ReadNumber {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly decimals: string;
}

export class NumberReader {
  /** Of a number without a sign, as the source of a regular expression without groups. */
  readonly pattern: string;
  readonly #locale: SpokenLocale;
  readonly #isSpaceless: boolean;

  constructor(locale: SpokenLocale) {
    const mark = locale.decimalMark;
    const grouping = mark === '.' ? ',' : `[.'’${SPACES}]`;
    const decimals = mark === '.' ? '\\.' : '[,.]';
    this.pattern = `(?:\\d{1,3}(?:${grouping}\\d{3})+(?!\\d)(?:[${mark}]\\d+)?|\\d+(?:${decimals}\\d+)?)`;
    this.#locale = locale;
    this.#isSpaceless = isSpaceless(locale.tag);
  }

  /** @param text matched by {@link pattern}, with a sign before it or none. */
  read(text: string): ReadNumber {
    const isNegative = /^[-−–]/u.test(text);
    const digits = text.replace(/^[-−–+]\s?/u, '');
    const mark = this.#locale.decimalMark;
    const grouping = mark === '.' ? /,/gu : /[.'’\s](?=\d{3}(?:\D|$))/gu;
    const [whole = '', decimals = ''] = digits.replace(grouping, '').split(/[.,]/u);
    return { isNegative, whole, decimals };
  }

  /** "-3.50": minus three point five zero. */
  say({ isNegative, whole, decimals }: ReadNumber, gender?: 'feminine'): string {
    const { minus, point, decimals: style } = this.#locale;
    const isAsNumber = style === 'number' && decimals.length <= 2 && !decimals.startsWith('0');
    const behind = isAsNumber ? this.#cardinal(decimals) : this.sayDigits(decimals);
    return this.#join([
      isNegative ? minus : '',
      this.#sayWhole(whole, gender),
      decimals === '' ? '' : point,
      decimals === '' ? '' : behind,
    ]);
  }

  /** One by one. */
  sayDigits(digits: string): string {
    return this.#join(Array.from(digits, (digit) => this.#cardinal(digit)));
  }

  /** With the form of what is counted. */
  sayWith(number: ReadNumber, forms: Plural): string {
    return this.#join([this.say(number), this.#formOf(number, forms)]);
  }

  /** "$3.50": three dollars and fifty cents. With other than two decimals they are read as a number. */
  sayPrice(number: ReadNumber, { whole, hundredths, gender }: CurrencyWords): string {
    const { decimals } = number;
    if (decimals.length !== 2 || hundredths === null) {
      return this.#join([this.say(number, gender), this.#formOf(number, whole)]);
    }
    const cents = Number(decimals);
    const small = { isNegative: false, whole: String(cents), decimals: '' };
    const said = this.#join([this.say(small), this.#formOf(small, hundredths)]);
    if (Number(number.whole) === 0 && cents > 0) return said;
    const large = { ...number, decimals: '' };
    const coins = cents === 0 ? [] : [this.#locale.and, said];
    return this.#join([this.say(large, gender), this.#formOf(large, whole), ...coins]);
  }

  /** Words one after the other, as the language writes them. */
  #join(parts: readonly string[]): string {
    return parts.filter((part) => part !== '').join(this.#isSpaceless ? '' : ' ');
  }

  #formOf({ whole, decimals }: ReadNumber, forms: Plural): string {
    return pluralOf(
      forms,
      decimals === '' ? Number(whole) : Number(`${whole}.${decimals}`),
      this.#locale.tag,
    );
  }

  #sayWhole(whole: string, gender?: 'feminine'): string {
    const isCode = whole.length > MAX_DIGITS || (whole.length > 1 && whole.startsWith('0'));
    return isCode ? this.sayDigits(whole) : this.#cardinal(whole, gender);
  }

  #cardinal(digits: string, gender?: 'feminine'): string {
    return this.#locale.cardinal(BigInt(digits), gender);
  }
}
