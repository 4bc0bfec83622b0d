// One word's pronunciations: known, with an ending, a compound, spelled out, or read by its letters. Pure; in the speak worker.
import { PRIMARY } from './alphabet.ts';
import type { Variety } from './alphabet.ts';
import { inflect } from './inflections.ts';
import type { LetterReader } from './letter-to-sound.ts';
import type { WordList } from './lexicon.ts';
import type { Pronunciations } from './pronunciations.ts';
import { capitalise, isCapitals, WITH_ENDING } from './spelling.ts';
import { joinParts, stressFirst, weaken } from './stress.ts';

/** Shortest parts of a compound that may stand without a space: shorter ones are found in any word. */
const SHORTEST_PART = 3;
/** Longer capitals are read as a word where the letters allow it ("NASDAQ"), shorter ones spelled out. */
const LONGEST_SPELLED = 5;

export interface WordParts {
  readonly lexicon: WordList;
  readonly letters: LetterReader;
  readonly variety: Variety;
}

/** What `pronounce` is given is made of the letters A to Z, a to z, apostrophes and hyphens. */
export class Words {
  readonly #parts: WordParts;

  constructor(parts: WordParts) {
    this.#parts = parts;
  }

  /** Never empty but for a word without letters. */
  pronounce(word: string): Pronunciations {
    const known = this.#find(word) ?? this.#findHyphenated(word);
    if (known !== null) return known;
    const { stem = '', ending } = WITH_ENDING.exec(word)?.groups ?? {};
    if (ending !== undefined) return this.#withEnding(stem, ending);
    if (isSpelledOut(word)) return only(this.spellOut(word));
    const said = this.#compound(word.toLowerCase()) ?? this.#parts.letters.read(word.toLowerCase());
    return only(said === '' ? this.spellOut(word) : said);
  }

  /** Letter by letter, the last with the primary stress. */
  spellOut(word: string): string {
    const letters = Array.from(word.toUpperCase()).flatMap(
      (letter) => this.#parts.lexicon.find(letter)?.usual ?? [],
    );
    return letters.map((said, i) => (i === letters.length - 1 ? said : weaken(said))).join('');
  }

  /** As it stands, then without capitals, then with one: names are listed with theirs. */
  #find(word: string): Pronunciations | null {
    const small = word.toLowerCase();
    const exact = this.#derive(word);
    if (exact !== null) return exact;
    const plain = word === small ? null : this.#derive(small);
    // Short capitals are a word only if that is a checked one, the shortest only if it has no ending: "RAM" and "CATS", not "IBM" and "UPS".
    const isShort = isCapitals(word) && word.length < LONGEST_SPELLED;
    const known = word.length < 4 ? this.#parts.lexicon.find(small) : plain;
    if (isShort && known?.isChecked !== true) return null;
    return plain ?? this.#derive(capitalise(small));
  }

  #derive(word: string): Pronunciations | null {
    const { lexicon, variety } = this.#parts;
    const find = (stem: string): Pronunciations | null =>
      lexicon.find(stem) ?? inflect(stem, { find, variety });
    return find(word);
  }

  #findHyphenated(word: string): Pronunciations | null {
    const parts = word.split(/-|(?<=^O)'/u).filter((part) => part !== '');
    if (parts.length === 0) return only('');
    if (parts.length === 1) return parts[0] === word ? null : this.pronounce(parts[0] ?? '');
    return only(joinParts(parts.map((part) => stressFirst(this.pronounce(part).usual, PRIMARY))));
  }

  #withEnding(stem: string, ending: string): Pronunciations {
    const forms = this.pronounce(stem);
    const find = (): Pronunciations => forms;
    return inflect(`xx${ending}`, { find, variety: this.#parts.variety }) ?? forms;
  }

  /** Two checked words run together, the second as long as can be. */
  #compound(word: string): string | null {
    for (let cut = SHORTEST_PART; cut <= word.length - SHORTEST_PART; cut += 1) {
      const first = this.#derive(word.slice(0, cut));
      const second = first?.isChecked === true ? this.#derive(word.slice(cut)) : null;
      if (first?.isChecked === true && second?.isChecked === true) {
        return stressFirst(first.usual, PRIMARY) + weaken(second.usual);
      }
    }
    return null;
  }
}

/** Short capitals, single letters, and what has no vowel to be read with. */
function isSpelledOut(word: string): boolean {
  if (isCapitals(word) && word.length <= LONGEST_SPELLED) return true;
  return word.length === 1 || !/[aeiouy]/iu.test(word);
}

function only(usual: string): Pronunciations {
  return { usual, byTag: {}, isChecked: false };
}
