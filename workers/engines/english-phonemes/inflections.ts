// Words made of known ones: plurals, past and participles, possessives, contractions, -ly, -ness. Pure.
import { isVowel, SECONDARY } from './alphabet.ts';
import type { Variety } from './alphabet.ts';
import type { WordList } from './lexicon.ts';
import { mapForms } from './pronunciations.ts';
import type { Pronunciations, Tag } from './pronunciations.ts';
import { stressFirst } from './stress.ts';

interface Ending {
  readonly letters: string;
  /** Shortest word that is looked at. */
  readonly shortest: number;
  /** What the stem may be written as, likeliest first. `rest` is the word without the letters. */
  readonly stems: (rest: string) => readonly string[];
  /** The stem's pronunciation with the ending's; `word` is the whole as it is written. */
  readonly say: (stem: string, variety: Variety, word: string) => string;
  /** The stem is said as this part of speech; otherwise each of its forms gets the ending. */
  readonly tag?: Tag;
}

const DOUBLED = /([bdfgklmnprstvz])\1$/u;
const AFTER_VOICELESS = /[ptkfθ]$/u;
const HISSING = /[szʃʒʧʤ]$/u;

const weakI = (variety: Variety): string => (variety === 'en-GB' ? 'ɪ' : 'ᵻ');

function withPlural(stem: string, variety: Variety): string {
  if (AFTER_VOICELESS.test(stem)) return `${stem}s`;
  return HISSING.test(stem) ? `${stem}${weakI(variety)}z` : `${stem}z`;
}

function withPast(stem: string, variety: Variety): string {
  if (/[td]$/u.test(stem)) return `${withFlap(stem, variety)}${weakI(variety)}d`;
  return /[pkfθʃsʧ]$/u.test(stem) ? `${stem}t` : `${stem}d`;
}

function withIng(stem: string, variety: Variety): string {
  return `${withLink(withFlap(stressFirst(stem, SECONDARY), variety), variety)}ɪŋ`;
}

/** American: a t between vowels, or after r, is a flap before an ending that begins with a vowel. */
function withFlap(stem: string, variety: Variety): string {
  const before = stem.at(-2) ?? '';
  const flaps = variety === 'en-US' && stem.endsWith('t') && (isVowel(before) || before === 'ɹ');
  return flaps ? `${stem.slice(0, -1)}T` : stem;
}

/** British: the r of "fear" comes back in "fearing". Spelling decides whether there is one; most such vowels have it. */
function withLink(stem: string, variety: Variety): string {
  return variety === 'en-GB' && /(?:ə|[ɜɑɔɛ]ː)$/u.test(stem) ? `${stem}ɹ` : stem;
}

/** "fully" has one l, "ably" no vowel before it, and the y of "icy" is weaker in "icily". */
function withLy(stem: string, variety: Variety, word: string): string {
  if (word.endsWith('lly')) return `${stem.replace(/l$/u, '')}li`;
  return `${weakY(stem.replace(/ᵊ?l$/u, ''), word.endsWith('ily'), variety)}li`;
}

function withNess(stem: string, variety: Variety, word: string): string {
  const ness = variety === 'en-GB' ? 'nɪs' : 'nəs';
  const isWeak = variety === 'en-GB' && word.endsWith('iness');
  return isWeak ? `${weakY(stem, true, variety)}${ness}` : `${stem}nəs`;
}

function weakY(stem: string, isWeak: boolean, variety: Variety): string {
  return isWeak ? stem.replace(/i$/u, variety === 'en-GB' ? 'ɪ' : 'ə') : stem;
}

const same = (rest: string): readonly string[] => [rest];
const yForI = (rest: string): string[] => (rest.endsWith('i') ? [`${rest.slice(0, -1)}y`] : []);
const undoubled = (rest: string): string[] => (DOUBLED.test(rest) ? [rest.slice(0, -1)] : []);

/** The stem of an ending that begins with a vowel: with or without a silent e, a doubled letter, y for i. */
const beforeVowel = (rest: string): string[] => [
  ...(rest.endsWith('e') ? [rest] : [rest, `${rest}e`]),
  ...undoubled(rest),
  ...yForI(rest),
];

const ENDINGS: readonly Ending[] = [
  { letters: "'s", shortest: 3, stems: same, say: withPlural },
  { letters: "s'", shortest: 4, stems: (rest) => [`${rest}s`], say: (stem) => stem },
  { letters: "'ll", shortest: 4, stems: same, say: (stem) => `${stem}ᵊl` },
  { letters: "'ve", shortest: 4, stems: same, say: (stem) => `${stem}əv` },
  {
    letters: "'re",
    shortest: 4,
    stems: same,
    say: (stem, variety) => `${stem}${variety === 'en-GB' ? 'ə' : 'əɹ'}`,
  },
  {
    letters: "'d",
    shortest: 3,
    stems: same,
    say: (stem) => (/[td]$/u.test(stem) ? `${stem}əd` : `${stem}d`),
  },
  {
    letters: 's',
    shortest: 3,
    stems: (rest) => [
      ...(/[sui]$/u.test(rest) ? [] : [rest]),
      ...(/(?:[sxz]|ch|sh|o)e$/u.test(rest) ? [rest.slice(0, -1)] : []),
      ...(rest.endsWith('ie') && rest.length > 3 ? [`${rest.slice(0, -2)}y`] : []),
    ],
    say: withPlural,
  },
  {
    letters: 'ed',
    shortest: 4,
    stems: (rest) =>
      rest.endsWith('e') ? [] : [`${rest}e`, rest, ...undoubled(rest), ...yForI(rest)],
    say: withPast,
    tag: 'VERB',
  },
  { letters: 'ing', shortest: 5, stems: beforeVowel, say: withIng, tag: 'VERB' },
  {
    letters: 'ly',
    shortest: 5,
    stems: (rest) => [rest, `${rest}le`, `${rest}l`, ...yForI(rest)],
    say: withLy,
    tag: 'ADJ',
  },
  {
    letters: 'ness',
    shortest: 6,
    stems: (rest) => [rest, ...yForI(rest)],
    say: withNess,
    tag: 'ADJ',
  },
  {
    letters: 'less',
    shortest: 6,
    stems: (rest) => [rest, ...yForI(rest)],
    say: (stem) => `${stem}ləs`,
  },
  { letters: 'like', shortest: 7, stems: same, say: (stem) => `${stem}lIk` },
];

/** A word as an ending on one that `find` knows; null when there is none. `find` may inflect in its turn. */
export function inflect(
  word: string,
  options: { readonly find: WordList['find']; readonly variety: Variety },
): Pronunciations | null {
  for (const { letters, shortest, stems, say, tag } of ENDINGS) {
    if (word.length < shortest || !word.endsWith(letters)) continue;
    for (const stem of stems(word.slice(0, -letters.length))) {
      const found = stem.length < 2 ? null : options.find(stem);
      if (found !== null)
        return mapForms(asTag(found, tag), (form) => say(form, options.variety, word));
    }
  }
  return null;
}

function asTag(forms: Pronunciations, tag: Tag | undefined): Pronunciations {
  if (tag !== undefined) return { ...forms, usual: forms.byTag[tag] ?? forms.usual, byTag: {} };
  const byTag = { ...forms.byTag };
  delete byTag.END;
  return { ...forms, byTag };
}
