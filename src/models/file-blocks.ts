// One file while it is being put together: its buffer, what of it is there, and its copy on the device. Workers.
import { nextMacrotask } from '../core/macrotask.ts';
import { BLOCK_BYTES, countBlocks, toBlockSpan } from './blocks.ts';
import type { ByteSpan } from './blocks.ts';
import { hashError } from './download-errors.ts';
import type { FileOrigin } from './download-errors.ts';
import type { StoredFile, StoredHead } from './stored-file.ts';
import { WholeHash } from './whole-hash.ts';

// After each few blocks other messages are let in: checksums of the browser's own are answered before any message, so
// that a file from a disk or a fast network would keep this thread from answering for as long as all of it takes.

/** Read and checked side by side: enough to keep a second core busy, little memory. */
const RESTORED_AT_ONCE = 4;

export interface FileBlocksOptions {
  readonly bytes: number;
  /** Where whole blocks are kept; null keeps them nowhere. */
  readonly stored: StoredFile | null;
  /** The device did not take or give something: from here on nothing is kept there. */
  readonly onStorageLost: (error: unknown) => void;
}

/**
 * The buffer is the one that the engine gets: blocks are fetched into it, or read into it from the device. So a
 * file is in memory once, however it came, and a device that has no room is no obstacle.
 */
export class FileBlocks {
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #filled: Uint32Array;
  readonly #onStorageLost: (error: unknown) => void;
  /** Checksums that the whole file's has proven: a block fetched again must have its own. */
  readonly #proven = new Map<number, Uint8Array>();
  /** Null for a file that was verified before: its blocks are proven one by one. */
  readonly #hash: WholeHash | null;
  #stored: StoredFile | null;
  #whole: Uint8Array;
  #loadedBytes = 0;

  private constructor(
    { stored, onStorageLost }: FileBlocksOptions,
    buffer: Uint8Array<ArrayBuffer>,
    hash: WholeHash | null,
  ) {
    const count = countBlocks(buffer.length);
    this.#buffer = buffer;
    this.#hash = hash;
    this.#stored = stored;
    this.#onStorageLost = onStorageLost;
    this.#filled = new Uint32Array(count);
    this.#whole = new Uint8Array(count);
    for (let index = 0; index < count && hash === null; index += 1) {
      const digest = stored?.digestOf(index) ?? null;
      if (digest !== null) this.#proven.set(index, digest.slice());
    }
  }

  /** Takes over the blocks on the device that have their checksum. */
  static async restore(options: FileBlocksOptions): Promise<FileBlocks> {
    const buffer = new Uint8Array(options.bytes);
    const isVerified = options.stored?.head.isVerified === true;
    const hash = isVerified ? null : await WholeHash.create(buffer);
    const blocks = new FileBlocks(options, buffer, hash);
    await blocks.#restoreAll();
    return blocks;
  }

  /** The file. Whole once `isComplete`; checked once `digest` said so. */
  get buffer(): ArrayBuffer {
    return this.#buffer.buffer;
  }

  get loadedBytes(): number {
    return this.#loadedBytes;
  }

  get isComplete(): boolean {
    return this.#whole.every((flag) => flag === 1);
  }

  /** Whether each block is checked by itself, so that blocks of several origins may stand side by side. */
  get isProven(): boolean {
    return this.#hash === null;
  }

  /** Whether blocks stay on the device. */
  get isKept(): boolean {
    return this.#stored !== null;
  }

  /** Where the bytes on the device came from. */
  get validator(): StoredHead['validator'] {
    return this.#stored?.head.validator ?? null;
  }

  /** Blocks of which bytes are still missing, in order. */
  missing(): number[] {
    return [...this.#filled.keys()].filter((index) => !this.#isFilled(index));
  }

  /** The bytes that are missing of a block. */
  missingSpan(index: number): ByteSpan {
    const { start, end } = this.#spanOf(index);
    return { start: start + (this.#filled[index] ?? 0), end };
  }

  /**
   * Takes what is new of bytes from `at` on, copies it, and returns how many those were. Resolves once whole
   * blocks are on the device. Rejects with `model-integrity` for a block other than the proven one.
   */
  async put(at: number, bytes: Uint8Array, origin: FileOrigin): Promise<number> {
    const endAt = at + bytes.length;
    let newBytes = 0;
    for (let index = Math.floor(at / BLOCK_BYTES); index * BLOCK_BYTES < endAt; index += 1) {
      const missing = this.missingSpan(index);
      const end = Math.min(missing.end, endAt);
      // What is known already, or follows bytes that another request has still to bring.
      if (missing.start < at || missing.start >= end) continue;
      this.#buffer.set(bytes.subarray(missing.start - at, end - at), missing.start);
      this.#fill(index, end);
      newBytes += end - missing.start;
      if (end === missing.end) await this.#finish(index, origin);
    }
    return newBytes;
  }

  /** The complete file's checksum in hexadecimal digits; null where each block was checked by itself. */
  digest(): string | null {
    return this.#hash?.digest() ?? null;
  }

  noteValidator(baseUrl: string, tag: string): void {
    this.#keep((stored) => stored.note({ validator: { baseUrl, tag } }));
  }

  /** The whole has the catalogue's checksum. */
  noteVerified(): void {
    this.#keep((stored) => {
      stored.note({ isVerified: true });
      stored.flush();
    });
  }

  noteUse(lastUsedMs: number): void {
    this.#keep((stored) => stored.note({ lastUsedMs }));
  }

  /** Drops what nobody has proven: everything, or what has come of blocks that are not whole. */
  clear(): void {
    if (this.isProven) {
      for (const index of this.missing()) this.#fill(index, this.#spanOf(index).start);
      return;
    }
    this.#filled.fill(0);
    this.#whole.fill(0);
    this.#loadedBytes = 0;
    this.#hash?.restart();
    this.#keep((stored) => stored.clear());
  }

  /** From here on blocks are kept in `stored`, those too that are whole already. Nothing where they are kept somewhere. */
  async keepIn(stored: StoredFile): Promise<void> {
    if (this.#stored !== null) return;
    this.#stored = stored;
    for (const [index, flag] of this.#whole.entries()) {
      if (flag === 0 || stored.digestOf(index) !== null) continue;
      const block = this.#blockAt(index);
      const digest = await sha256(block);
      // Dropped meanwhile.
      if (this.#whole[index] === 1) this.#keep((file) => file.writeBlock(index, block, digest));
    }
  }

  async #restoreAll(): Promise<void> {
    const known = this.missing().filter(
      (index) => (this.#stored?.digestOf(index) ?? null) !== null,
    );
    for (let at = 0; at < known.length; at += RESTORED_AT_ONCE) {
      const group = known.slice(at, at + RESTORED_AT_ONCE);
      await Promise.all(group.map((index) => this.#restore(index)));
      this.#hash?.advance((index) => this.#whole[index] === 1);
      await nextMacrotask();
    }
  }

  async #restore(index: number): Promise<void> {
    const { end } = this.#spanOf(index);
    const block = this.#blockAt(index);
    const digest = this.#stored?.digestOf(index) ?? null;
    this.#keep((stored) => stored.readBlock(index, block));
    if (digest === null || !isSame(await sha256(block), digest)) return;
    this.#fill(index, end);
    this.#whole[index] = 1;
  }

  async #finish(index: number, origin: FileOrigin): Promise<void> {
    const { start } = this.#spanOf(index);
    const block = this.#blockAt(index);
    const proven = this.#proven.get(index);
    if (this.#stored !== null || proven !== undefined) {
      const digest = await sha256(block);
      if (proven !== undefined && !isSame(digest, proven)) {
        this.#fill(index, start);
        throw hashError(origin, { expected: toHex(proven), actual: toHex(digest) });
      }
      this.#keep((stored) => stored.writeBlock(index, block, digest));
    }
    this.#whole[index] = 1;
    this.#hash?.advance((other) => this.#whole[other] === 1);
    await nextMacrotask();
  }

  /** A device that fails is left alone from then on. */
  #keep(act: (stored: StoredFile) => void): void {
    if (this.#stored === null) return;
    try {
      act(this.#stored);
    } catch (error) {
      this.#stored = null;
      this.#onStorageLost(error);
    }
  }

  /** A view. */
  #blockAt(index: number): Uint8Array<ArrayBuffer> {
    const { start, end } = this.#spanOf(index);
    return this.#buffer.subarray(start, end);
  }

  #spanOf(index: number): ByteSpan {
    return toBlockSpan(index, this.#buffer.length);
  }

  #isFilled(index: number): boolean {
    const { start, end } = this.missingSpan(index);
    return start === end;
  }

  /** Block `index` is there up to the file's byte `end`. */
  #fill(index: number, end: number): void {
    const filledBytes = end - this.#spanOf(index).start;
    this.#loadedBytes += filledBytes - (this.#filled[index] ?? 0);
    this.#filled[index] = filledBytes;
  }
}

/** The browser's own: off this thread, and some three times as fast as one in WebAssembly. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.every((byte, index) => byte === right[index]);
}

function toHex(digest: Uint8Array): string {
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
