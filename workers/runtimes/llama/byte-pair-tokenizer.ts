// Text to tokens and back, by the byte pairs of a GGUF file. Worker or Node.
import { escapeRegExp } from '../../../src/text/escape-reg-exp.ts';
import type { Tokens } from '../tool-calls/token-vocabulary.ts';
import type { Gguf } from './gguf.ts';

/** Digits one by one, then words with the space before them, marks, and white space (GPT-2's, as SmolLM has it). */
const DIGIT = /(\p{N})/u;
const WORD = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
/** Marks such as `<|im_start|>`, which no text makes. */
const CONTROL = 3;
/** Tokens of words seen before; then they are forgotten. */
const CACHED_WORDS = 10_000;

export class BytePairTokenizer implements Tokens {
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  /** Of a pair, its place in the order of merges. */
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #controls: ReadonlySet<number>;
  readonly #controlPattern: RegExp;
  readonly #cache = new Map<string, readonly number[]>();

  /** Whether the file's text is cut as this class does it. */
  static supports({ metadata }: Gguf): boolean {
    const kind = metadata.get('tokenizer.ggml.model') === 'gpt2';
    return kind && metadata.get('tokenizer.ggml.pre') === 'smollm';
  }

  constructor({ metadata }: Gguf) {
    this.#tokens = (metadata.get('tokenizer.ggml.tokens') ?? []) as readonly string[];
    const merges = (metadata.get('tokenizer.ggml.merges') ?? []) as readonly string[];
    const types = (metadata.get('tokenizer.ggml.token_type') ?? []) as readonly number[];
    this.#ids = new Map(this.#tokens.map((token, id) => [token, id]));
    this.#ranks = new Map(merges.map((pair, rank) => [pair, rank]));
    const controls = this.#tokens.flatMap((_, id) => (types[id] === CONTROL ? [id] : []));
    this.#controls = new Set(controls);
    const marks = controls.map((id) => escapeRegExp(this.#tokens[id] ?? ''));
    this.#controlPattern = new RegExp(`(${marks.join('|')})`, 'u');
  }

  get count(): number {
    return this.#tokens.length;
  }

  /** Control marks in the text become their tokens. */
  encode(text: string): number[] {
    return text.split(this.#controlPattern).flatMap((part, index) => {
      if (index % 2 === 1) return [this.#ids.get(part) ?? 0];
      return part.split(DIGIT).flatMap((run) => (run.match(WORD) ?? []).flatMap(this.#encodeWord));
    });
  }

  /** Whether it is a mark that no text makes: no answer goes on behind one. */
  isEnd(id: number): boolean {
    return this.#controls.has(id);
  }

  /** The bytes of a token; none for a control mark. A character may be spread over several tokens. */
  bytesOf(id: number): Uint8Array {
    if (this.#controls.has(id)) return new Uint8Array(0);
    return toBytes(this.#tokens[id] ?? '');
  }

  readonly #encodeWord = (word: string): readonly number[] => {
    const known = this.#cache.get(word);
    if (known !== undefined) return known;
    if (this.#cache.size >= CACHED_WORDS) this.#cache.clear();
    const bytes = new TextEncoder().encode(word);
    const merged = this.#merge(Array.from(bytes, (byte) => LETTERS[byte] ?? ''));
    const ids = merged.map((piece) => this.#ids.get(piece) ?? 0);
    this.#cache.set(word, ids);
    return ids;
  };

  /** Joins the two neighbours that come first in the order of merges, until there are none. */
  #merge(pieces: readonly string[]): readonly string[] {
    let [bestAt, bestRank] = [-1, Infinity];
    for (let at = 0; at + 1 < pieces.length; at += 1) {
      const rank = this.#ranks.get(`${pieces[at]} ${pieces[at + 1]}`) ?? Infinity;
      if (rank < bestRank) [bestAt, bestRank] = [at, rank];
    }
    if (bestAt < 0) return pieces;
    const joined = `${pieces[bestAt]}${pieces[bestAt + 1]}`;
    return this.#merge([...pieces.slice(0, bestAt), joined, ...pieces.slice(bestAt + 2)]);
  }
}

/** The letter that stands for each byte in a token: itself where it can be printed, others from 256 on. */
const LETTERS: readonly string[] = (() => {
  const isPrinted = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    if (isPrinted(byte)) return String.fromCharCode(byte);
    next += 1;
    return String.fromCharCode(next - 1);
  });
})();

/** By the code of its letter. */
const BYTES: readonly number[] = (() => {
  const bytes: number[] = [];
  LETTERS.forEach((letter, byte) => (bytes[letter.charCodeAt(0)] = byte));
  return bytes;
})();

/** What a token says that is written in these letters. */
export function toBytes(letters: string): Uint8Array {
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = BYTES[letters.charCodeAt(at)] ?? 0;
  return bytes;
}
