// What a few words say about the floor: cut in, listen along, go on, or ask. Pure, portable.
//
// Of the nine languages only English is heard by the recogniser at hand; the others are tested on text.
import { toPrimary } from '../core/language.ts';
import { countSpokenWords, toSpokenWords } from './spoken-words.ts';
import { findPhrases } from './turn-phrases.ts';
import { GERMAN } from './turn-words/de.ts';
import { ENGLISH } from './turn-words/en.ts';
import { SPANISH } from './turn-words/es.ts';
import { FRENCH } from './turn-words/fr.ts';
import { ITALIAN } from './turn-words/it.ts';
import { JAPANESE } from './turn-words/ja.ts';
import { PORTUGUESE } from './turn-words/pt.ts';
import { RUSSIAN } from './turn-words/ru.ts';
import { CHINESE } from './turn-words/zh.ts';

/** The words of one language. Phrases are compared as spoken: case, hyphens and marks do not count. */
export interface TurnWords {
  /** Primary BCP 47 subtag. */
  readonly language: string;
  /** Said over the agent, they mean that the person wants the floor, whatever else is known. */
  readonly stop: readonly string[];
  /** Said over the agent and alone, they mean that the person listens. */
  readonly backchannels: readonly string[];
  /**
   * The commonest of them, written as a recogniser writes them: it is to expect them over the agent. Empty
   * where no recogniser was heard.
   */
  readonly commonBackchannels: readonly string[];
  /** Sounds of thinking; they count as no word. */
  readonly fillers: readonly string[];
  /** After these a sentence goes on. */
  readonly unfinished: readonly string[];
  /** After these a sentence goes on unless it asks: "my name is", but "what time do you think it is". */
  readonly stranded: readonly string[];
  /** Words that ask, wherever they stand. */
  readonly questionWords: readonly string[];
  /** Other beginnings of a question. */
  readonly questionOpeners: readonly string[];
  /** Endings that make a question of what comes before. */
  readonly questionEndings: readonly string[];
  /** Beginnings of what asks for something to be done. */
  readonly requestOpeners: readonly string[];
  /** Endings of the same. */
  readonly requestEndings: readonly string[];
  /** Words for one digit, and those that go with them in a dictated number. */
  readonly digits: readonly string[];
  /** Short spoken signs of life, by what they answer. */
  readonly acknowledgements: Readonly<Record<'question' | 'request' | 'other', readonly string[]>>;
  /** To a person who has been silent for long. */
  readonly idlePrompt: string;
  /** When nothing was understood. */
  readonly repeatRequest: string;
  /** While something takes long. */
  readonly progress: string;
  /** When an answer could not be found. */
  readonly apology: string;
}

export type WordsVerdict = 'none' | 'backchannel' | 'stop' | 'words';

export type Ending = 'unfinished' | 'closed-question' | 'open';

const TABLES: ReadonlyMap<string, TurnWords> = new Map(
  [...[ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE], ...[RUSSIAN, CHINESE, JAPANESE]].map(
    (table) => [table.language, table],
  ),
);
/** In so short an utterance a stop word cuts wherever it stands: "can you please stop". */
const SHORT_WORDS = 4;
/** A telephone number is no longer than this without its prefix: fewer digits may go on. */
const DICTATED_DIGITS = 10;
/** Between a question word and the verb at the end: "what time it is", but not "what is". */
const STRANDED_GAP_WORDS = 2;
/** A shorter question is most often the beginning of a longer one. */
const QUESTION_WORDS = 3;
/** In a time, a fraction or a long number, which is one number: 7:30, 3.50, 10,000, 1/2. */
const NUMBER_MARK = /(?<=\p{N})[:.,/](?=\p{N})/gu;
/** Between two numbers that are no parts of one: 2 + 2. */
const OPERATOR = /[+=×÷*]/u;

/** The table for a BCP 47 tag, by its primary subtag; null where there is none. */
export function turnWordsOf(language: string): TurnWords | null {
  return TABLES.get(toPrimary(language)) ?? null;
}

/**
 * Judges an utterance so far, said while the agent speaks. `stop` when it begins with a stop phrase
 * (hums and "yeah, okay" before it do not count) or is at most four words with one anywhere;
 * `backchannel` when nothing else is in it; `none` without any word.
 */
export function judgeWords(text: string, words: TurnWords): WordsVerdict {
  const phrases = findPhrases(text, words);
  if (phrases.length === 0) return 'none';
  const content = phrases.filter(({ kind }) => kind === 'stop' || kind === 'word');
  if (content.length === 0) return 'backchannel';
  if (content[0]?.kind === 'stop') return 'stop';
  const hasStop = content.some(({ kind }) => kind === 'stop');
  const spoken = phrases.flatMap((phrase) => phrase.words);
  const isShort = countSpokenWords(spoken, words.language) <= SHORT_WORDS;
  return hasStop && isShort ? 'stop' : 'words';
}

/** Words of `text` that are neither backchannels nor fillers; all of them where there is no table. */
export function countWords(text: string, language: string): number {
  const table = turnWordsOf(language);
  if (table === null) return countSpokenWords(toSpokenWords(text, language), language);
  return findPhrases(text, table)
    .filter(({ kind }) => kind === 'stop' || kind === 'word')
    .reduce((sum, phrase) => sum + countSpokenWords(phrase.words, language), 0);
}

/**
 * Judges a transcript of all that was said so far. `unfinished`: its last words ask for more, or a number
 * is being dictated. `closed-question`: it begins or ends like a question and lacks nothing. `open`:
 * nothing is known. Punctuation does not count, since recognisers end whatever they hear with a full stop.
 */
export function judgeEnding(text: string, words: TurnWords): Ending {
  const { language } = words;
  const spoken = toSpokenWords(text, language);
  const split = (phrase: string): readonly string[] => toSpokenWords(phrase, language);
  const endsWith = (list: readonly string[]): boolean =>
    list.some((phrase) => isAt(spoken, split(phrase), spoken.length - split(phrase).length));
  const startsWith = (list: readonly string[]): boolean =>
    list.some((phrase) => isAt(spoken, split(phrase), 0));
  if (spoken.length >= QUESTION_WORDS && endsWith(words.questionEndings)) return 'closed-question';
  if (endsWith(words.unfinished) || isDictating(text, words)) return 'unfinished';
  if (endsWith(words.stranded) && !asksBefore(spoken, words)) return 'unfinished';
  const asks = startsWith(words.questionWords) || startsWith(words.questionOpeners);
  return asks && spoken.length >= QUESTION_WORDS ? 'closed-question' : 'open';
}

/**
 * Whether an utterance asks for something to be done: "tell me a story", "can you turn it off". One with a question word
 * asks for something to be known: "can you tell me where it is".
 */
export function isRequest(text: string, words: TurnWords): boolean {
  const spoken = toSpokenWords(text, words.language);
  const split = (phrase: string): readonly string[] => toSpokenWords(phrase, words.language);
  const isAmong = (list: readonly string[], at: (length: number) => number): boolean =>
    list.some((phrase) => isAt(spoken, split(phrase), at(split(phrase).length)));
  const asks = spoken.some((_, at) => isAmong(words.questionWords, () => at));
  if (asks) return false;
  return (
    isAmong(words.requestOpeners, () => 0) ||
    isAmong(words.requestEndings, (length) => spoken.length - length)
  );
}

function isAt(spoken: readonly string[], phrase: readonly string[], at: number): boolean {
  if (phrase.length === 0 || at < 0) return false;
  return phrase.every((word, index) => spoken[at + index] === word);
}

/** Whether a question word stands far enough before the last word to have taken its object. */
function asksBefore(spoken: readonly string[], words: TurnWords): boolean {
  const asking = new Set(words.questionWords);
  const from = spoken.findIndex((word) => asking.has(word));
  return from >= 0 && spoken.length - 2 - from >= STRANDED_GAP_WORDS;
}

/** Two or more digits or groups of digits at the end, too few for a whole number. */
function isDictating(text: string, { digits, language }: TurnWords): boolean {
  const known = new Set(digits);
  const isNumber = (word: string): boolean => known.has(word) || /^\p{N}+$/u.test(word);
  const operand = text.split(OPERATOR).at(-1) ?? '';
  const spoken = toSpokenWords(operand.replace(NUMBER_MARK, ''), language);
  const start = spoken.findLastIndex((word) => !isNumber(word)) + 1;
  const groups = spoken.slice(start);
  const length = groups.reduce((sum, word) => sum + (known.has(word) ? 1 : word.length), 0);
  return groups.length > 1 && length < DICTATED_DIGITS;
}
