import { expect, test } from 'vitest';
import { SentenceEnd } from '../../../../workers/runtimes/llama/sentence-end.ts';

const TOKENS = ['<end>', '.', '?', '!"', '\n\n', ' the', '3.5', '...', ',', 'a.'];
const tokens = {
  count: TOKENS.length,
  bytesOf: (token: number) => new TextEncoder().encode(token === 0 ? '' : TOKENS[token]),
  isEnd: (token: number) => token === 0,
};
const end = new SentenceEnd(tokens);

test('is what comes next being a mark that ends a sentence, a new line, or the end', () => {
  const only = (token: number): number =>
    end.probability(new Float32Array(TOKENS.length).fill(-40).fill(40, token, token + 1));
  const ends = TOKENS.filter((_, token) => only(token) > 0.5);
  expect(ends).toEqual(['<end>', '.', '?', '!"', '\n\n', '...']);
});

test('is a share of all that may come', () => {
  expect(end.probability(new Float32Array(TOKENS.length))).toBeCloseTo(0.6);
  expect(end.probability(new Float32Array(TOKENS.length).fill(900))).toBeCloseTo(0.6);
});
