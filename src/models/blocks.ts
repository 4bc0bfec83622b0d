// How a file is cut into blocks: the unit that is kept, checked and fetched again. Portable, pure.

/**
 * Three requests at a time lose less than 4 MiB when the browser is killed, and a damaged byte costs
 * one of these. Smaller ones would cost more calls for their checksums.
 */
export const BLOCK_BYTES: number = 1024 * 1024;

/** Asked for at once, from one server: 4 MiB, long enough that a request's way there and back counts for little. */
export const BLOCKS_PER_REQUEST = 4;

/** A stretch of a file; `end` is the byte after its last one. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

export function countBlocks(fileBytes: number): number {
  return Math.ceil(fileBytes / BLOCK_BYTES);
}

export function toBlockSpan(index: number, fileBytes: number): ByteSpan {
  const start = index * BLOCK_BYTES;
  return { start, end: Math.min(start + BLOCK_BYTES, fileBytes) };
}
