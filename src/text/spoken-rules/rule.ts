// One kind of thing that is said otherwise than it is written. Pure, portable.
import { escapeRegExp } from '../escape-reg-exp.ts';

export interface SpokenRule {
  readonly pattern: RegExp;
  /** Null where the match is something else after all. An empty text leaves it out. */
  readonly say: (match: RegExpExecArray) => string | null;
}

/** A number does not begin in the middle of a word or of another number. */
export const NOT_WITHIN = '(?<!\\p{L}|\\d|\\d[.,])';
/** A minus, not the hyphen of a compound. */
export const SIGN = '(?<![\\p{L}\\p{N}][-−]?)[-−]';
/** The longest first, as the source of a regular expression. */
export const oneOf = (texts: readonly string[]): string =>
  texts
    .toSorted((a, b) => b.length - a.length)
    .map(escapeRegExp)
    .join('|');
