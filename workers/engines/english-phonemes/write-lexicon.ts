// Writes a lexicon file: sorted words in front-coded blocks. Pure; when models are fetched, and in tests.
import { PHONEMES } from './alphabet.ts';
import { BLOCK_WORDS, CHECKED, HEADER_BYTES, LAST, MAGIC, TAG } from './lexicon-format.ts';
import { TAGS } from './pronunciations.ts';
import type { Pronunciations } from './pronunciations.ts';

/** Shared letters have six bits. */
const MOST_SHARED = 0x3f;

/** The same words give the same bytes, whatever their order. @throws RangeError for a letter or phoneme that has no byte. */
export function writeLexicon(
  words: ReadonlyMap<string, Pronunciations>,
  tree: Uint8Array,
): ArrayBuffer {
  const sorted = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes: number[] = [];
  const blocks: number[] = [];
  for (const [i, [word, forms]] of sorted.entries()) {
    const isFirst = i % BLOCK_WORDS === 0;
    if (isFirst) blocks.push(bytes.length);
    const shared = isFirst ? 0 : sharedLetters(sorted[i - 1]?.[0] ?? '', word);
    bytes.push(shared | (forms.isChecked ? CHECKED : 0));
    bytes.push(...withLast(Array.from(word.slice(shared)).map(letterByte)));
    bytes.push(...withLast(formBytes(forms)));
  }
  return join(blocks, bytes, tree);
}

function join(blocks: readonly number[], words: readonly number[], tree: Uint8Array): ArrayBuffer {
  const start = HEADER_BYTES + blocks.length * 4;
  const file = new ArrayBuffer(start + words.length + tree.length);
  const header = new DataView(file);
  [MAGIC, blocks.length, words.length, tree.length, ...blocks].forEach((value, i) => {
    header.setUint32(i * 4, value, true);
  });
  new Uint8Array(file, start).set(words);
  new Uint8Array(file, start + words.length).set(tree);
  return file;
}

/** At least one letter is left, to carry the end. */
function sharedLetters(before: string, word: string): number {
  const most = Math.min(before.length, word.length - 1, MOST_SHARED);
  let shared = 0;
  while (shared < most && before[shared] === word[shared]) shared += 1;
  return shared;
}

function formBytes({ usual, byTag }: Pronunciations): number[] {
  const tagged = TAGS.flatMap((tag, i) => {
    const phonemes = byTag[tag];
    return phonemes === undefined ? [] : [TAG | i, ...Array.from(phonemes).map(phonemeByte)];
  });
  return [...Array.from(usual).map(phonemeByte), ...tagged];
}

function phonemeByte(phoneme: string): number {
  const place = PHONEMES.indexOf(phoneme);
  if (place < 0) throw new RangeError(`no byte for the phoneme "${phoneme}"`);
  return place + 1;
}

function letterByte(letter: string): number {
  const code = letter.charCodeAt(0);
  if (code >= LAST) throw new RangeError(`no byte for the letter "${letter}"`);
  return code;
}

function withLast(bytes: readonly number[]): number[] {
  return bytes.map((byte, i) => (i === bytes.length - 1 ? byte | LAST : byte));
}
