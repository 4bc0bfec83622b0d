// What part of speech a word is by its neighbours: enough to choose between two ways to say it. Pure.
import type { Pronunciations, Tag } from './pronunciations.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

const DETERMINERS = words(
  'the a an my your his her its our their this that these those some any no every each another either neither whose which what one two three four five six seven eight nine ten many several few both more most new old first last next other own same such',
);
const PREPOSITIONS = words(
  'of in on at by for with from about into over under between during without within through after before against among per via off upon around near toward towards across behind beyond except despite like as than',
);
const SUBJECTS = words('i you we they he she it who');
const MODALS = words(
  "will would can could shall should may might must do does did don't doesn't didn't won't wouldn't can't cannot couldn't shouldn't mustn't let's please i'll you'll we'll they'll he'll she'll it'll i'd you'd we'd they'd he'd she'd to not never lets help",
);
const BEING = words(
  "am is are was were be been being isn't aren't wasn't weren't i'm you're we're they're he's she's it's that's",
);
const HAVING = words("have has had having haven't hasn't hadn't i've you've we've they've");
/** What may stand between a word and what tells its part of speech. */
const BETWEEN = words(
  'not never also always often just only really still even ever already usually sometimes soon quickly',
);
/** What an object begins with: a verb is before it. */
const OBJECTS = words(
  'the a an my your his her its our their this these those me you him them us it some any every all up down out less fewer',
);
const FUNCTION_WORDS = words(
  'and or but if because so when where while until though to is are was were will would can could should must may might has have had do does did that which who not',
);

const PLURALS = words('people men women children folks police');
/** What is minute, and not a minute. */
const SMALL_THINGS = /^(?:detail|difference|amount|quantit|particle|trace|change)/u;
const PAST_TIMES = words('yesterday ago last once earlier previously');

/** A word among its neighbours, all in small letters. */
export interface Place {
  readonly words: readonly string[];
  readonly index: number;
}

/** The pronunciation that fits, before a pause if `isLast`. */
export function chooseForm(
  forms: Pronunciations,
  place: Place & { readonly isLast: boolean },
): string {
  const { byTag, usual } = forms;
  if (place.isLast && byTag.END !== undefined) return byTag.END;
  const tags = Object.keys(byTag);
  if (tags.length === 0 || (tags.length === 1 && byTag.END !== undefined)) return usual;
  for (const tag of likelyTags(forms, place)) {
    const form = byTag[tag];
    if (form !== undefined) return form;
  }
  return usual;
}

/** Likeliest first; those that the word has no form of are passed over, and none means the usual one. */
function likelyTags({ byTag }: Pronunciations, { words: all, index }: Place): readonly Tag[] {
  const before = previousOf(all, index);
  const after = all[index + 1] ?? '';
  if (byTag.DETERMINER !== undefined) return [];
  if (byTag.PAST !== undefined && isPast(all, { before, after })) return ['PAST'];
  if (BEING.has(before)) return ['PARTICIPLE', 'ADJ'];
  if (HAVING.has(before)) return byTag.PARTICIPLE === undefined ? ['NOUN'] : ['PARTICIPLE'];
  if (DETERMINERS.has(before) || before.endsWith("'s")) return asNounOrAttribute(all, index, byTag);
  if (MODALS.has(before) || SUBJECTS.has(before)) return ['VERB'];
  if (PREPOSITIONS.has(before))
    return OBJECTS.has(after) ? ['VERB'] : asNounOrAttribute(all, index, byTag);
  if (OBJECTS.has(after) || isPlural(before) || all[index] === 'lives') return ['VERB'];
  return before === '' ? [] : ['NOUN', 'ADV'];
}

function isPlural(word: string): boolean {
  return PLURALS.has(word) || (word.length > 3 && /[^su']s$/u.test(word));
}

function previousOf(all: readonly string[], index: number): string {
  const before = all[index - 1] ?? '';
  return BETWEEN.has(before) || (before.length > 4 && before.endsWith('ly'))
    ? (all[index - 2] ?? before)
    : before;
}

/** "The close friend", "the close": another word after it makes it an attribute, said like the noun where that is not said like the verb. */
function asNounOrAttribute(
  all: readonly string[],
  index: number,
  byTag: Pronunciations['byTag'],
): readonly Tag[] {
  const after = all[index + 1] ?? '';
  if (all[index] === 'minute') return SMALL_THINGS.test(after) ? ['ADJ'] : [];
  const isAttribute = ![FUNCTION_WORDS, PREPOSITIONS, OBJECTS].some((set) => set.has(after));
  if (!isAttribute || after === '') return ['NOUN'];
  if (all[index] === 'invalid') return [];
  return byTag.VERB === undefined ? ['ADJ', 'NOUN'] : ['ADJ'];
}

/** For "read" and "wound", which are written alike in the present: a third person, or a time gone by. */
function isPast(
  all: readonly string[],
  { before, after }: { before: string; after: string },
): boolean {
  if (MODALS.has(before)) return false;
  if (['he', 'she', 'it', 'who'].includes(before) || after === 'by') return true;
  return SUBJECTS.has(before) && all.some((word) => PAST_TIMES.has(word));
}
