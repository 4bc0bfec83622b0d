// What a language says for numbers and signs: one table per language. Types only, and how plurals are chosen.

/** By the categories of `Intl.PluralRules`; `other` stands for those that are left out. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export interface CurrencyWords {
  readonly whole: Plural;
  /** Null where it has no hundredths. */
  readonly hundredths: Plural | null;
  /** Grammatical gender of the number before it, where that is heard. */
  readonly gender?: 'feminine';
}

export interface CalendarDate {
  readonly day: number;
  /** 1 to 12. */
  readonly month: number;
  /** Null where it is not said. */
  readonly year: number | null;
}

export interface ClockTime {
  /** 0 to 23, or 1 to 12 where `half` is told. */
  readonly hours: number;
  readonly minutes: number;
  readonly half: 'am' | 'pm' | null;
}

/** Letters that may follow a number: a unit, and how it is said. */
export type UnitWords = Readonly<Record<string, Plural>>;

export interface SpokenLocale {
  /** BCP 47, for the choice of plurals. */
  readonly tag: string;
  readonly cardinal: (value: bigint, gender?: 'feminine') => string;
  /** As an attribute: "the twenty-second". */
  readonly ordinal: (value: number) => string;
  readonly year: (value: number) => string;
  /** @param before what the text has before it, where endings depend on that. */
  readonly date: (date: CalendarDate, before: string) => string;
  readonly time: (time: ClockTime) => string;
  /** Of "11/12/2026" and "11.12.2026". */
  readonly dateOrder: 'month-first' | 'day-first' | 'year-first';
  /** The mark before decimals; the other one groups thousands. */
  readonly decimalMark: '.' | ',';
  /** Decimals one by one, or as one number. */
  readonly decimals: 'digits' | 'number';
  readonly point: string;
  readonly minus: string;
  /** Between two numbers: "10–20". */
  readonly to: string;
  /** Between the whole and the hundredths of a price; empty for none. */
  readonly and: string;
  readonly percent: string;
  /** Where it comes before the number. */
  readonly isPercentFirst?: true;
  /** What may stand directly behind an ordinal's digits: "st", "º". Null where numbers have no such mark. */
  readonly ordinalMark: RegExp | null;
  /** By sign or ISO code. */
  readonly currencies: Readonly<Record<string, CurrencyWords>>;
  readonly units: UnitWords;
  /** Signs between or before words: "&", "+", "=", "#", "°". */
  readonly signs: Readonly<Record<string, string>>;
  /** In addresses of the web and of mail. */
  readonly address: Readonly<Record<'dot' | 'at' | 'slash' | 'dash' | 'underscore', string>>;
  /** Said otherwise than they are spelled, as regular expressions of whole words. */
  readonly abbreviations: readonly (readonly [RegExp, string])[];
  /** Names of the months as they are written in dates; empty where there are none. */
  readonly months: readonly string[];
}

/** The form that goes with a number. */
export function pluralOf(forms: Plural, value: number, tag: string): string {
  return forms[new Intl.PluralRules(tag).select(value)] ?? forms.other;
}
