// The vocabulary of a tokenizer of the hub as bytes. Pure. Worker or page.
import { toBytes } from '../llama/byte-pair-tokenizer.ts';
import type { Tokens } from '../tool-calls/token-vocabulary.ts';
import type { HubTokenizer } from './library.ts';

/** How tokenizers without a letter for each byte write one that is no character. */
const BYTE = /^<0x([0-9A-F]{2})>$/u;

/**
 * Of both kinds there are: byte pairs, with a letter for each byte, and SentencePiece, with words behind `▁` and bytes by number.
 * Marks that the tokenizer calls special are no text.
 */
export function toTokens(tokenizer: HubTokenizer, isEnd: (token: number) => boolean): Tokens {
  const { _tokenizerJSON: file, all_special_ids: special } = tokenizer;
  const pieces: string[] = [];
  for (const [piece, token] of tokenizer.get_vocab()) pieces[token] = piece;
  const added = new Map((file.added_tokens ?? []).map(({ id, content }) => [id, content]));
  const silent = new Set(special);
  const encoder = new TextEncoder();
  const isByteLevel = JSON.stringify(file.decoder ?? null).includes('"ByteLevel"');
  return {
    count: pieces.length,
    isEnd,
    bytesOf: (token) => {
      const piece = pieces[token];
      if (piece === undefined || silent.has(token)) return new Uint8Array(0);
      const words = added.get(token);
      if (words !== undefined) return encoder.encode(words);
      if (isByteLevel) return toBytes(piece);
      const byte = BYTE.exec(piece)?.[1];
      if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
      return encoder.encode(piece.replaceAll('▁', ' '));
    },
  };
}
