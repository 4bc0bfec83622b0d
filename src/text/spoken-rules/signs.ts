// Pictures, addresses, and signs between words. Pure, portable.
import { sayAddress } from '../spoken-address.ts';
import type { SpokenLocale } from '../spoken-numbers/locale.ts';
import type { NumberReader } from '../spoken-numbers/number-reader.ts';
import { oneOf } from './rule.ts';
import type { SpokenRule } from './rule.ts';

const PICTURE =
  '(?:[\\u{1F1E6}-\\u{1F1FF}]{2}|[0-9#*]\\uFE0F?\\u20E3|(?![\\d#*©®™])\\p{Extended_Pictographic}(?:\\uFE0F|[\\u{1F3FB}-\\u{1F3FF}]|\\u200D\\p{Extended_Pictographic})*)';

/** Emoji and the like are not read; a space before them goes with them where nothing else follows. */
export const PICTURES: SpokenRule = {
  pattern: new RegExp(`\\s*(?:${PICTURE}\\s*)+(?=[.,;:!?)]|$)|${PICTURE}+`, 'gu'),
  say: () => '',
};

export function addressRules({ address }: SpokenLocale, numbers: NumberReader): SpokenRule[] {
  const say = ([text]: RegExpExecArray): string => sayAddress(text, address, numbers);
  const host = '(?:[\\p{L}\\d](?:[\\p{L}\\d-]*[\\p{L}\\d])?\\.)+';
  const path = '(?:[/?#][^\\s<>"”’)\\]]*[^\\s<>"”’)\\].,;:!?])?/?';
  const domain = '(?:com|org|net|io|dev|app|ai|edu|gov|info|co|uk|de|fr|es|it|ru|jp|cn|eu|me|tv)';
  return [
    { pattern: /[\w.+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/gu, say },
    {
      pattern: new RegExp(
        `(?:https?://|www\\.)(?:[\\p{L}\\d-]+\\.)*[\\p{L}\\d-]+(?::\\d+)?${path}`,
        'giu',
      ),
      say,
    },
    { pattern: new RegExp(`(?<![\\p{L}\\d.@])${host}${domain}(?![\\p{L}\\d])${path}`, 'gu'), say },
  ];
}

/** Between words or numbers, or right before one; elsewhere they are marks that nobody reads. */
export function signRules({ signs }: SpokenLocale): SpokenRule[] {
  return [
    {
      pattern: new RegExp(
        `(?<=[\\p{L}\\p{N})]\\s?|^|\\s)(?:${oneOf(Object.keys(signs))})(?=\\s?[\\p{L}\\p{N}(]|$)`,
        'gu',
      ),
      say: ([sign]) => {
        const words = signs[sign];
        return words ?? null;
      },
    },
  ];
}
