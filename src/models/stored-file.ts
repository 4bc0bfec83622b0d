// A model file on the device, with a table of which blocks are whole and what their checksums are. Workers.
//
//   0      1,024 bytes: what the file is, as JSON
//   1,024  a SHA-256 for each block; zeros for one that is not there
//   4,096 × n  the file's own bytes
//
// A block's bytes are written before its checksum, and both are looked at before they are used: so a browser
// that is killed at any moment, or a disk that loses what it was told to keep, costs blocks and no more.
import * as v from 'valibot';
import { BLOCK_BYTES, countBlocks, toBlockSpan } from './blocks.ts';
import type { SyncFile } from './model-directory.ts';

const HEAD_BYTES = 1_024;
const DIGEST_BYTES = 32;
const PAGE_BYTES = 4_096;

export interface StoredHead {
  readonly version: 1;
  readonly blockBytes: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Where the bytes came from, and their entity tag there. */
  readonly validator: { readonly baseUrl: string; readonly tag: string } | null;
  /** Whether the whole had the catalogue's checksum: from then on those of the blocks are proven too. */
  readonly isVerified: boolean;
  readonly lastUsedMs: number;
}

const head = v.object({
  version: v.literal(1),
  blockBytes: v.literal(BLOCK_BYTES),
  bytes: v.number(),
  sha256: v.string(),
  validator: v.nullable(v.object({ baseUrl: v.string(), tag: v.string() })),
  isVerified: v.boolean(),
  lastUsedMs: v.number(),
});

/** Null for what is no file of ours, or one of another version. */
export function parseHead(bytes: Uint8Array): StoredHead | null {
  try {
    const text = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES));
    const result = v.safeParse(head, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** Of a file on the device of `fileBytes`: how much lies before the model's own bytes, at most. */
export function headBytesOf(fileBytes: number): number {
  return HEAD_BYTES + countBlocks(fileBytes) * DIGEST_BYTES;
}

/** How many of a file's own bytes are there, by its head and table. 0 for what is no file of ours. */
export function countKeptBytes(headAndTable: Uint8Array): number {
  const bytes = parseHead(headAndTable)?.bytes ?? 0;
  let kept = 0;
  for (let index = 0; index < countBlocks(bytes); index += 1) {
    const { start, end } = toBlockSpan(index, bytes);
    if (toDigest(headAndTable.subarray(HEAD_BYTES), index) !== null) kept += end - start;
  }
  return kept;
}

/** Block `index`'s checksum in a table; null while the block is not there. A view. */
function toDigest(table: Uint8Array, index: number): Uint8Array | null {
  const digest = table.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
  return digest.some((byte) => byte !== 0) ? digest : null;
}

/** As long as the place it has, so that it covers what was there. */
function toHeadText(value: StoredHead): string {
  return JSON.stringify(value).padEnd(HEAD_BYTES);
}

/** Which file it should hold. */
export interface StoredFileSpec {
  readonly bytes: number;
  readonly sha256: string;
}

export class StoredFile {
  readonly #file: SyncFile;
  readonly #digests: Uint8Array;
  readonly #dataStart: number;
  #head: StoredHead;

  /** Takes up what `file` holds of the wanted file, or empties it and takes the room. Throws as `SyncFile.truncate`. */
  constructor(file: SyncFile, spec: StoredFileSpec) {
    this.#file = file;
    this.#digests = new Uint8Array(countBlocks(spec.bytes) * DIGEST_BYTES);
    const tableEnd = HEAD_BYTES + this.#digests.length;
    this.#dataStart = Math.ceil(tableEnd / PAGE_BYTES) * PAGE_BYTES;
    this.#head = {
      ...{ version: 1, blockBytes: BLOCK_BYTES, bytes: spec.bytes, sha256: spec.sha256 },
      ...{ validator: null, isVerified: false, lastUsedMs: 0 },
    };
    this.#takeUp();
  }

  get head(): StoredHead {
    return this.#head;
  }

  /** Block `index`'s checksum; null while the block is not there. A view. */
  digestOf(index: number): Uint8Array | null {
    return toDigest(this.#digests, index);
  }

  /** Reads a block as it lies there, unchecked, into `into`, which has its size. */
  readBlock(index: number, into: Uint8Array): void {
    const readBytes = this.#file.read(into, { at: this.#dataStart + index * BLOCK_BYTES });
    // What lies behind the end of a file that was cut short.
    into.fill(0, readBytes);
  }

  writeBlock(index: number, bytes: Uint8Array, digest: Uint8Array): void {
    this.#write(bytes, this.#dataStart + index * BLOCK_BYTES);
    this.#digests.set(digest, index * DIGEST_BYTES);
    this.#write(digest, HEAD_BYTES + index * DIGEST_BYTES);
  }

  /** Changes what is noted of the file. */
  note(change: Partial<Pick<StoredHead, 'validator' | 'isVerified' | 'lastUsedMs'>>): void {
    this.#head = { ...this.#head, ...change };
    // A tag of absurd length is not kept: without it a changed file is found out by its checksum.
    if (toHeadText(this.#head).length > HEAD_BYTES) this.#head = { ...this.#head, validator: null };
    this.#write(new TextEncoder().encode(toHeadText(this.#head)), 0);
  }

  /** Forgets every block. */
  clear(): void {
    this.#digests.fill(0);
    this.#write(this.#digests, HEAD_BYTES);
    this.note({ validator: null, isVerified: false });
  }

  /** Has the disk keep it, also through a loss of power. */
  flush(): void {
    this.#file.flush();
  }

  #takeUp(): void {
    const bytes = new Uint8Array(HEAD_BYTES);
    this.#file.read(bytes, { at: 0 });
    const found = parseHead(bytes);
    const isWanted = found?.bytes === this.#head.bytes && found.sha256 === this.#head.sha256;
    const endBytes =
      this.#dataStart + toBlockSpan(countBlocks(this.#head.bytes) - 1, this.#head.bytes).end;
    if (isWanted) {
      this.#head = found;
      this.#file.read(this.#digests, { at: HEAD_BYTES });
      if (this.#file.getSize() < endBytes) this.#file.truncate(endBytes);
      return;
    }
    this.#file.truncate(0);
    this.#file.truncate(endBytes);
    this.note({});
  }

  #write(bytes: Uint8Array, at: number): void {
    const written = this.#file.write(bytes, { at });
    if (written < bytes.length) throw new DOMException('No room left.', 'QuotaExceededError');
  }
}
