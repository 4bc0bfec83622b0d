// The words that a voice with a lexicon can say. Pure; used in the speak worker.
import { symbolsOf } from './symbol-table.ts';

export interface SayableText {
  /** In small letters, one space between words. */
  readonly text: string;
  /** Words, or letters of them, that the voice cannot say and that were left out. */
  readonly dropped: number;
}

/** What parts words: white space, and each mark of ASCII but the apostrophe. */
const BETWEEN_WORDS = /[\s!-&(-/:-@[-`{-~]+/u;

/** The first word of each line of a `lexicon.txt`: a word, then its sounds. */
export class SpokenLexicon {
  readonly #words: ReadonlySet<string>;

  constructor(text: string) {
    const lines = text.split('\n');
    this.#words = new Set(lines.flatMap((line) => toSmall(/\S+/u.exec(line)?.[0] ?? '') || []));
  }

  /** A word that is not known is spelled, as far as its letters are words: nothing that can be said is left out. */
  keepSayable(text: string): SayableText {
    const words = toSmall(text.replaceAll('’', "'")).split(BETWEEN_WORDS);
    const parts = words.filter((word) => word !== '').flatMap((word) => this.#toKnown(word));
    const sayable = parts.filter((part) => this.#words.has(part));
    return { text: sayable.join(' '), dropped: parts.length - sayable.length };
  }

  /** Without the quotes around it, whole, or letter by letter. */
  #toKnown(word: string): readonly string[] {
    const bare = word.replaceAll(/^'+|'+$/gu, '');
    const known = [word, bare].find((form) => this.#words.has(form));
    return known === undefined ? symbolsOf(bare) : [known];
  }
}

/** The library makes small letters of ASCII alone. */
function toSmall(text: string): string {
  return text.replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}
