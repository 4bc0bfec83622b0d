// A vocabulary of every byte, of some pieces, and of a mark that ends answers. In Node or in a browser.
import type { Tokens } from '../../workers/runtimes/tool-calls/token-vocabulary.ts';

const BYTES = 256;
/** Ends of one thing and beginnings of the next in one token, as in real vocabularies. */
const PIECES = [
  '<tool',
  '_call',
  '>\n',
  '{"',
  '", "',
  '": ',
  '"}',
  '}}',
  ' the',
  'a',
  'city',
  '12',
];

export const END_TOKEN = BYTES + PIECES.length;

export const byteTokens: Tokens = {
  count: END_TOKEN + 1,
  bytesOf: (token) =>
    token < BYTES ? Uint8Array.of(token) : new TextEncoder().encode(PIECES[token - BYTES] ?? ''),
  isEnd: (token) => token === END_TOKEN,
};
