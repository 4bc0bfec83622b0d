// Languages as recognisers call them, by code or by English name, to tags. Pure, portable.
import { toPrimary, UNDETERMINED } from '../core/language.ts';

const CODE = /^[a-z]{2,3}(?:[-_][a-z0-9]+)*$/u;
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');
/** Where recognisers use another name than the Unicode consortium. */
const OTHER_NAMES: readonly (readonly [string, string])[] = [
  ['bengali', 'bn'],
  ['cantonese', 'yue'],
  ['castilian', 'es'],
  ['flemish', 'nl'],
  ['hawaiian', 'haw'],
  ['mandarin', 'zh'],
  ['moldavian', 'ro'],
  ['myanmar', 'my'],
  ['nynorsk', 'nn'],
  ['tagalog', 'fil'],
  ['valencian', 'ca'],
];
const cache = new Map<string, string>();

/** The primary BCP 47 tag of a code (`en-US`) or of an English name (`english`), in any case; null of anything else. */
export function toLanguageTag(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = plain(value);
  const known = namesToTags().get(name);
  if (known !== undefined) return known;
  return CODE.test(name) && toPrimary(name) !== UNDETERMINED ? canonical(toPrimary(name)) : null;
}

/** Of all languages with a code of two letters, and some more. */
function namesToTags(): ReadonlyMap<string, string> {
  if (cache.size > 0) return cache;
  const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  for (const code of LETTERS.flatMap((first) => LETTERS.map((second) => first + second))) {
    const name = names.of(code);
    if (name !== undefined) cache.set(plain(name), canonical(code));
  }
  for (const [name, tag] of OTHER_NAMES) cache.set(name, tag);
  return cache;
}

/** Some codes were replaced: `jw`, as Whisper calls Javanese, by `jv`. */
function canonical(code: string): string {
  return toPrimary(Intl.getCanonicalLocales(code)[0] ?? code);
}

function plain(name: string): string {
  return name.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}
