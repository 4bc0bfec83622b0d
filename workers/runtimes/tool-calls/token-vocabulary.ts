// The tokens of a model as bytes, close together. Pure, portable.
import type { Automaton, GrammarState } from './automaton.ts';

export interface Tokens {
  readonly count: number;
  /** Those of a mark, and of no token, are none. A character may be spread over several tokens. */
  bytesOf(token: number): Uint8Array;
  /** Whether an answer ends with it. */
  isEnd(token: number): boolean;
}

export class TokenVocabulary {
  readonly #tokens: Tokens;
  readonly #bytes: Uint8Array;
  /** Where each token begins, and where the last one ends. */
  readonly #starts: Uint32Array;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
    this.#starts = new Uint32Array(tokens.count + 1);
    const all: Uint8Array[] = [];
    for (let token = 0, at = 0; token < tokens.count; token += 1) {
      const bytes = tokens.bytesOf(token);
      all.push(bytes);
      at += bytes.length;
      this.#starts[token + 1] = at;
    }
    this.#bytes = new Uint8Array(this.#starts[tokens.count] ?? 0);
    all.forEach((bytes, token) => this.#bytes.set(bytes, this.#starts[token] ?? 0));
  }

  isEnd(token: number): boolean {
    return this.#tokens.isEnd(token);
  }

  /** Null where the token does not fit, or says nothing. */
  follow(token: number, automaton: Automaton, from: GrammarState): GrammarState | null {
    const [start = 0, end = 0] = [this.#starts[token], this.#starts[token + 1]];
    let state = start === end ? null : from;
    for (let at = start; at < end && state !== null; at += 1) {
      state = automaton.step(state, this.#bytes[at] ?? 0);
    }
    return state;
  }
}
