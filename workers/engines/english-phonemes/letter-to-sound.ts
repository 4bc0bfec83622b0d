// Reads words that no lexicon has, by a decision tree over the letters around each letter. Pure; in the speak worker.
import { PHONEMES, PRIMARY } from './alphabet.ts';
import { evenOut, FULL_VOWEL } from './stress.ts';

/**
 * What is looked at, in this order: letters by their distance from the one that is read, and whether a primary stress was given
 * before it. The tree's writer and reader share it.
 */
export const QUESTIONS: readonly (number | 'stressed')[] = [
  ...[0, 1, -1, 2, -2, 3],
  'stressed',
  ...[-3, 4, -4, 5],
];
/** Outside the word. */
export const EDGE = 0;
/** A child with this bit in its value is a leaf: its sounds follow, and nothing else. */
export const LEAF = 0x80;

export interface LetterReader {
  /** Phonemes with one primary stress; empty for a word without letters it knows. */
  read(word: string): string;
}

/** What is known when a letter is read. */
export interface Reading {
  readonly letters: readonly number[];
  readonly at: number;
  /** Whether a primary stress was given to a letter before it. */
  readonly isStressed: boolean;
}

/** Short vowels, for what is stressed by default. */
const SHORT_VOWELS: Readonly<Record<string, string>> = {
  ...{ a: 'æ', e: 'ɛ', i: 'ɪ', o: 'ɑ', u: 'ʌ', y: 'ɪ' },
};

/** A word of weak vowels alone: the first of them is read as its letter is in a stressed syllable. */
function withFullVowel(phonemes: string, word: string): string {
  if (FULL_VOWEL.test(phonemes)) return phonemes;
  const vowel = SHORT_VOWELS[/[aeiouy]/u.exec(word)?.[0] ?? ''] ?? 'ə';
  return phonemes.replace(/[əᵊᵻ]/u, vowel);
}

/** a to z are 1 to 26, an apostrophe 27; anything else is not read. */
export function toLetters(word: string): number[] {
  return Array.from(word).flatMap((letter) => {
    if (letter === "'") return 27;
    const place = letter.charCodeAt(0) - 96;
    return place >= 1 && place <= 26 ? place : [];
  });
}

export function answer(question: (typeof QUESTIONS)[number], reading: Reading): number {
  if (question === 'stressed') return reading.isStressed ? 1 : 2;
  return reading.letters[reading.at + question] ?? EDGE;
}

/**
 * The tree's bytes: a count of sounds, then each as its length and phonemes; then nodes. A node is the number of its usual sounds, the
 * count of its children, and those: an answer and, for a leaf, its sounds; otherwise the length of the node in three bytes and the node.
 */
export class LetterTree implements LetterReader {
  readonly #sounds: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #root: number;

  constructor(bytes: Uint8Array) {
    let at = 1;
    this.#sounds = Array.from({ length: bytes[0] ?? 0 }, () => {
      const length = bytes[at++] ?? 0;
      const sounds = Array.from(
        bytes.subarray(at, at + length),
        (code) => PHONEMES[code - 1] ?? '',
      );
      at += length;
      return sounds.join('');
    });
    this.#bytes = bytes;
    this.#root = at;
  }

  read(word: string): string {
    const letters = toLetters(word);
    let phonemes = '';
    for (let at = 0; at < letters.length; at += 1) {
      const isStressed = phonemes.includes(PRIMARY);
      phonemes += this.#sounds[this.#decide({ letters, at, isStressed })] ?? '';
    }
    return evenOut(phonemes.includes(PRIMARY) ? phonemes : withFullVowel(phonemes, word));
  }

  /** Down the tree as far as there are answers; the last node that had one decides. */
  #decide(reading: Reading): number {
    const bytes = this.#bytes;
    let node = this.#root;
    for (const question of QUESTIONS) {
      const wanted = answer(question, reading);
      const children = bytes[node + 1] ?? 0;
      let at = node + 2;
      let next = -1;
      for (let i = 0; i < children && next < 0; i += 1) {
        const value = bytes[at] ?? 0;
        if ((value & ~LEAF) === wanted) {
          if ((value & LEAF) !== 0) return bytes[at + 1] ?? 0;
          next = at + 4;
        } else at += (value & LEAF) !== 0 ? 2 : 4 + this.#lengthAt(at + 1);
      }
      if (next < 0) break;
      node = next;
    }
    return bytes[node] ?? 0;
  }

  #lengthAt(at: number): number {
    const [low = 0, middle = 0, high = 0] = this.#bytes.subarray(at, at + 3);
    return low | (middle << 8) | (high << 16);
  }
}
