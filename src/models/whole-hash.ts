// The SHA-256 of a file whose blocks arrive in any order. Any thread with WebAssembly.
import { createSHA256 } from 'hash-wasm';
import type { IHasher } from 'hash-wasm';
import { countBlocks, toBlockSpan } from './blocks.ts';

/** Reads blocks from the file's buffer as soon as all before them are there, so that little is left at the end. */
export class WholeHash {
  readonly #bytes: Uint8Array;
  readonly #hasher: IHasher;
  #next = 0;

  private constructor(bytes: Uint8Array, hasher: IHasher) {
    this.#bytes = bytes;
    this.#hasher = hasher;
  }

  /** @param bytes the file's buffer, being filled. */
  static async create(bytes: Uint8Array): Promise<WholeHash> {
    return new WholeHash(bytes, await createSHA256());
  }

  /** Takes in what can be; `isWhole` tells of a block. */
  advance(isWhole: (index: number) => boolean): void {
    const count = countBlocks(this.#bytes.length);
    for (; this.#next < count && isWhole(this.#next); this.#next += 1) {
      const { start, end } = toBlockSpan(this.#next, this.#bytes.length);
      this.#hasher.update(this.#bytes.subarray(start, end));
    }
  }

  /** In hexadecimal digits; call once, when all blocks were taken in. */
  digest(): string {
    return this.#hasher.digest('hex');
  }

  /** Starts over with the file's first block. */
  restart(): void {
    this.#hasher.init();
    this.#next = 0;
  }
}
