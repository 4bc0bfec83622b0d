// How probable a model finds it that a sentence ends where it does. Pure. Worker or Node.
import type { Tokens } from '../tool-calls/token-vocabulary.ts';

/** What a message ends with, or a sentence within it. */
const END = /^(?:[.?!…。？！]+["'”’)\]]*\s*|\s*\n\s*)$/u;

export class SentenceEnd {
  readonly #ends: readonly number[];

  constructor(tokens: Tokens) {
    const decoder = new TextDecoder();
    const isEnd = (token: number): boolean =>
      tokens.isEnd(token) || END.test(decoder.decode(tokens.bytesOf(token)));
    this.#ends = Array.from({ length: tokens.count }, (_, token) => token).filter(isEnd);
  }

  /** @param logits of each token, to come next. @returns 0 to 1. */
  probability(logits: Float32Array): number {
    let largest = -Infinity;
    for (const logit of logits) largest = Math.max(largest, logit);
    let total = 0;
    for (const logit of logits) total += Math.exp(logit - largest);
    const ends = this.#ends.reduce(
      (sum, token) => sum + Math.exp((logits[token] ?? -Infinity) - largest),
      0,
    );
    return ends / total;
  }
}
