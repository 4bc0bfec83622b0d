// Addresses of the web and of mail as people say them. Pure, portable.
import type { SpokenLocale } from './spoken-numbers/locale.ts';
import type { NumberReader } from './spoken-numbers/number-reader.ts';

/** Of a longer path nobody follows the words: the host is told alone. */
const MAX_PATH = 40;

/** @param text "https://example.com/docs" or "ann.lee@example.com". */
export function sayAddress(
  text: string,
  words: SpokenLocale['address'],
  numbers: NumberReader,
): string {
  const bare = text.replace(/^(?:https?:\/\/)?(?:www\.)?/iu, '').replace(/\/$/u, '');
  const hostEnd = bare.search(/[/?#]/u);
  const path = hostEnd < 0 ? '' : bare.slice(hostEnd);
  const said = path.length > MAX_PATH || /[?#=&%]/u.test(path) ? bare.slice(0, hostEnd) : bare;
  const signs: Readonly<Record<string, string>> = {
    '.': words.dot,
    '@': words.at,
    '/': words.slash,
    '-': words.dash,
    _: words.underscore,
    '+': 'plus',
    ':': ' ',
  };
  return said
    .replace(/[.@/_:+-]/gu, (sign) => ` ${signs[sign] ?? ' '} `)
    .replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, ' ')
    .replace(/\d+/gu, (digits) => numbers.say(numbers.read(digits)))
    .replace(/\s+/gu, ' ')
    .trim();
}
