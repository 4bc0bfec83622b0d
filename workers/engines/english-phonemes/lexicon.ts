// Looks words up in the bytes of a packed lexicon, by binary search; nothing is unpacked. Pure; in the speak worker.
import { PHONEMES } from './alphabet.ts';
import { BLOCK_WORDS, CHECKED, HEADER_BYTES, LAST, MAGIC, TAG } from './lexicon-format.ts';
import { TAGS } from './pronunciations.ts';
import type { Pronunciations, Tag } from './pronunciations.ts';

const CODE = 0x3f;
const LETTER = 0x7f;

/** Where something is found by its exact spelling. */
export interface WordList {
  find(word: string): Pronunciations | null;
}

export class Lexicon implements WordList {
  /** The tree of `letter-to-sound.ts`; empty in a lexicon made without. */
  readonly tree: Uint8Array;
  readonly #blocks: Uint32Array;
  readonly #words: Uint8Array;

  /** Keeps a view of `file`. @throws RangeError for bytes that are no lexicon. */
  constructor(file: ArrayBuffer) {
    const header = new DataView(file);
    if (file.byteLength < HEADER_BYTES || header.getUint32(0, true) !== MAGIC) {
      throw new RangeError('not a lexicon');
    }
    const [blocks, words, tree] = [4, 8, 12].map((at) => header.getUint32(at, true)) as [
      number,
      number,
      number,
    ];
    const start = HEADER_BYTES + blocks * 4;
    if (start + words + tree !== file.byteLength) throw new RangeError('a lexicon cut short');
    this.#blocks = Uint32Array.from({ length: blocks }, (_, i) =>
      header.getUint32(HEADER_BYTES + i * 4, true),
    );
    this.#words = new Uint8Array(file, start, words);
    this.tree = new Uint8Array(file, start + words, tree);
  }

  /** ASCII alone is ever found; capitals count. */
  find(word: string): Pronunciations | null {
    let low = 0;
    let high = this.#blocks.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#compareFirst(word, middle) < 0) high = middle;
      else low = middle;
    }
    return low < high ? this.#findInBlock(word, low) : null;
  }

  /** Sign of the word against the first of a block. */
  #compareFirst(word: string, block: number): number {
    let at = (this.#blocks[block] ?? 0) + 1;
    for (let i = 0; ; i += 1, at += 1) {
      const byte = this.#words[at] ?? 0;
      if (i === word.length) return -1;
      const difference = word.charCodeAt(i) - (byte & LETTER);
      if (difference !== 0) return difference;
      if ((byte & LAST) !== 0) return word.length - i - 1;
    }
  }

  #findInBlock(word: string, block: number): Pronunciations | null {
    const words = this.#words;
    let at = this.#blocks[block] ?? 0;
    let letters = '';
    for (let i = 0; i < BLOCK_WORDS && at < words.length; i += 1) {
      const head = words[at++] ?? 0;
      letters = letters.slice(0, head & CODE);
      for (let byte = 0; (byte & LAST) === 0;) {
        byte = words[at++] ?? LAST;
        letters += String.fromCharCode(byte & LETTER);
      }
      if (letters === word) return this.#read(at, (head & CHECKED) !== 0);
      while (((words[at++] ?? LAST) & LAST) === 0);
    }
    return null;
  }

  #read(start: number, isChecked: boolean): Pronunciations {
    let usual = '';
    const byTag: Partial<Record<Tag, string>> = {};
    let tag: Tag | null = null;
    for (let at = start, byte = 0; (byte & LAST) === 0; at += 1) {
      byte = this.#words[at] ?? LAST;
      const phoneme = PHONEMES[(byte & CODE) - 1] ?? '';
      if ((byte & TAG) !== 0) {
        tag = TAGS[byte & CODE] ?? null;
        if (tag !== null) byTag[tag] = '';
      } else if (tag === null) usual += phoneme;
      else byTag[tag] = (byTag[tag] ?? '') + phoneme;
    }
    return { usual, byTag, isChecked };
  }
}
