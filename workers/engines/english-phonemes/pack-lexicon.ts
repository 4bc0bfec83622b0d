// Packs misaki's dictionaries: checked words before others, and none that its stem and ending give exactly. Pure; when models are fetched.
import { PHONEMES } from './alphabet.ts';
import type { Variety } from './alphabet.ts';
import { inflect } from './inflections.ts';
import type { Pronunciations, Tag } from './pronunciations.ts';

/** As they come: a pronunciation, or several by part of speech; null where the word is spelled out. */
export type Dictionary = Readonly<Record<string, string | Readonly<Record<string, string | null>>>>;

const TAG_OF: Readonly<Record<string, Tag>> = {
  NOUN: 'NOUN',
  VERB: 'VERB',
  ADJ: 'ADJ',
  ADV: 'ADV',
  VBD: 'PAST',
  VBN: 'PARTICIPLE',
  VBP: 'PRESENT',
  DT: 'DETERMINER',
  None: 'END',
};
const SPELLING = /^[A-Za-z][A-Za-z'.-]*$/u;

/** Every word that can be packed, `gold` before `silver`. */
export function readDictionaries(
  gold: Dictionary,
  silver: Dictionary,
): Map<string, Pronunciations> {
  const words = new Map<string, Pronunciations>();
  const both = [
    ...Object.entries(gold).map((entry) => ({ entry, isChecked: true })),
    ...Object.entries(silver).map((entry) => ({ entry, isChecked: false })),
  ];
  for (const { entry, isChecked } of both) {
    const [word, said] = entry;
    const forms = toForms(said, isChecked);
    if (!words.has(word) && SPELLING.test(word) && isSpelled(forms)) words.set(word, forms);
  }
  return words;
}

/** Without the words that an ending on a shorter one gives to the last phoneme. */
export function withoutDerived(
  words: ReadonlyMap<string, Pronunciations>,
  variety: Variety,
): Map<string, Pronunciations> {
  const kept = new Map<string, Pronunciations>();
  const find = (word: string): Pronunciations | null =>
    kept.get(word) ?? inflect(word, { find, variety });
  const byLength = [...words].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  for (const [word, forms] of byLength) {
    const derived = find(word);
    if (derived === null || !isSaidAlike(derived, forms)) kept.set(word, forms);
  }
  return kept;
}

function toForms(said: Dictionary[string], isChecked: boolean): Pronunciations {
  const bySource = typeof said === 'string' ? { DEFAULT: said } : said;
  const { DEFAULT: usual, ...others } = bySource;
  const byTag: Partial<Record<Tag, string>> = {};
  for (const [source, phonemes] of Object.entries(others)) {
    const tag = TAG_OF[source];
    if (tag === undefined) throw new RangeError(`an unknown part of speech: "${source}"`);
    byTag[tag] = toSounds(phonemes ?? '');
  }
  return { usual: toSounds(usual ?? ''), byTag, isChecked };
}

/** As Kokoro knows them: a flap is T, a glottal stop a t. */
function toSounds(phonemes: string): string {
  return phonemes.replaceAll('ɾ', 'T').replaceAll('ʔ', 't');
}

function isSpelled({ usual, byTag }: Pronunciations): boolean {
  return (
    usual !== '' &&
    Array.from(usual + Object.values(byTag).join('')).every((one) => PHONEMES.includes(one))
  );
}

/** Those of a checked word count as such, whatever their stem is. */
function isSaidAlike(a: Pronunciations, b: Pronunciations): boolean {
  const tags = Object.keys(a.byTag) as Tag[];
  return (
    a.usual === b.usual &&
    tags.length === Object.keys(b.byTag).length &&
    tags.every((tag) => a.byTag[tag] === b.byTag[tag])
  );
}
