// Token ids of Moonshine to text: the LLaMA 2 vocabulary. Runs in the listen worker.
import llamaTokenizer from 'llama-tokenizer-js';

/** Ids from here on are Moonshine's own marks, which say nothing. */
const VOCABULARY_SIZE = 32_000;

/** Joins pieces, and bytes of characters outside the vocabulary, without start and end marks. */
export function toText(tokens: readonly number[]): string {
  const pieces = tokens.filter((token) => token > 2 && token < VOCABULARY_SIZE);
  return pieces.length === 0 ? '' : llamaTokenizer.decode(pieces, false, true).trim();
}
