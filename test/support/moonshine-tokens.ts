// The tokens of Moonshine as sherpa-onnx wants them beside its graphs. Portable.
import llamaTokenizer from 'llama-tokenizer-js';

/** `tokens.txt`: a line for each, base64 of its text and its number; bytes outside the vocabulary as such. */
export function moonshineTokens(): Uint8Array<ArrayBuffer> {
  const lines = llamaTokenizer.vocabById.map((piece, id) => {
    const byte = /^<0x([0-9A-F]{2})>$/u.exec(piece)?.[1];
    const text = piece.replaceAll('▁', ' ');
    const bytes = byte === undefined ? new TextEncoder().encode(text) : [parseInt(byte, 16)];
    return `${toBase64(bytes)} ${id}\n`;
  });
  return new TextEncoder().encode(lines.join(''));
}

function toBase64(bytes: Iterable<number>): string {
  return btoa(String.fromCharCode(...bytes));
}
