import { expect, test } from 'vitest';
import { BytePairTokenizer } from '../../../../workers/runtimes/llama/byte-pair-tokenizer.ts';
import { readGguf } from '../../../../workers/runtimes/llama/gguf.ts';
import { GgufFile } from '../../../support/gguf-file.ts';

/** `Ġ` stands for a space, `Ã` and `©` for the two bytes of "é". */
const TOKENS = [
  '<|end|>',
  'l',
  'o',
  'w',
  'Ġ',
  'e',
  'r',
  'lo',
  'low',
  'Ġlow',
  'er',
  '4',
  'Ã',
  '©',
  'Ã©',
];
const MERGES = ['l o', 'lo w', 'Ġ low', 'e r', 'Ã ©'];

function createTokenizer(): BytePairTokenizer {
  const file = new GgufFile(32)
    .text('tokenizer.ggml.model', 'gpt2')
    .text('tokenizer.ggml.pre', 'smollm')
    .texts('tokenizer.ggml.tokens', TOKENS)
    .texts('tokenizer.ggml.merges', MERGES)
    .numbers('tokenizer.ggml.token_type', [3, ...TOKENS.slice(1).map(() => 1)]);
  const gguf = readGguf(file.build());
  expect(BytePairTokenizer.supports(gguf)).toBe(true);
  return new BytePairTokenizer(gguf);
}

const names = (ids: readonly number[]) => ids.map((id) => TOKENS[id]);

test('pairs are joined in the order of the merges, within words and with the space before', () => {
  const tokenizer = createTokenizer();
  expect(names(tokenizer.encode('low lower'))).toEqual(['low', 'Ġlow', 'er']);
  expect(names(tokenizer.encode('low  low'))).toEqual(['low', 'Ġ', 'Ġlow']);
  expect(names(tokenizer.encode('low'))).toEqual(['low']);
  expect(tokenizer.encode('')).toEqual([]);
});

test('digits stand alone, control marks are one token and no text', () => {
  const tokenizer = createTokenizer();
  expect(names(tokenizer.encode('low44<|end|>er'))).toEqual(['low', '4', '4', '<|end|>', 'er']);
  expect(tokenizer.isEnd(0)).toBe(true);
  expect(tokenizer.isEnd(8)).toBe(false);
  expect(tokenizer.bytesOf(0)).toHaveLength(0);
});

test('bytes come back as they were, characters of several among them', () => {
  const tokenizer = createTokenizer();
  expect(names(tokenizer.encode('é'))).toEqual(['Ã©']);
  const bytes = tokenizer.encode('low é er').flatMap((id) => [...tokenizer.bytesOf(id)]);
  expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe('low é er');
});
