// Takes single files out of a gzipped tar archive (an npm package) on Node's own zlib. Node.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SetupError } from './setup-error.mjs';

const BLOCK_BYTES = 512;
/** Type flags of POSIX.1-2001 (pax) and GNU tar. */
const FILE_TYPES = ['0', '\0'];
const PAX_HEADER = 'x';
const GNU_LONG_NAME = 'L';

/**
 * Writes chosen files of an archive to disk, streaming.
 * @param {string} archive
 * @param {ReadonlyMap<string, string>} outputs path inside the archive -> file to write
 * @returns {Promise<void>} rejects with a SetupError for a missing path or a broken archive
 */
export async function extractTarGz(archive, outputs) {
  const unpacked = createGunzip();
  // Its failures surface where the bytes are read; the callback is for the early close.
  pipeline(createReadStream(archive), unpacked, () => undefined);
  const reader = new ByteReader(unpacked);
  const missing = new Set(outputs.keys());
  let longName = '';
  while (missing.size > 0) {
    const header = await reader.read(BLOCK_BYTES);
    if (header === null || header.every((byte) => byte === 0)) break;
    const { name, type, bytes } = parseHeader(header);
    const padding = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
    if (type === PAX_HEADER || type === GNU_LONG_NAME) {
      const body = await reader.readExactly(bytes);
      longName = type === PAX_HEADER ? paxPath(body) : body.toString('utf8').replace(/\0+$/u, '');
    } else {
      const entryName = longName === '' ? name : longName;
      longName = '';
      const output = FILE_TYPES.includes(type) ? outputs.get(entryName) : undefined;
      await reader.copy(bytes, output);
      if (output !== undefined) missing.delete(entryName);
    }
    await reader.copy(padding, undefined);
  }
  reader.close();
  if (missing.size > 0) throw new SetupError(`${archive} holds no "${[...missing].join('", "')}"`);
}

/** @param {Buffer} header */
function parseHeader(header) {
  const text = (/** @type {number} */ start, /** @type {number} */ length) =>
    header.toString('utf8', start, start + length).replace(/\0.*$/su, '');
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const bytes = Number.parseInt(text(124, 12).trim(), 8);
  if (!Number.isInteger(bytes)) throw new SetupError('broken tar file');
  return {
    name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    type: header.toString('latin1', 156, 157),
    bytes,
  };
}

/**
 * A pax body is records of "<length> <key>=<value>\n"; only `path` matters here.
 * @param {Buffer} body
 */
function paxPath(body) {
  let offset = 0;
  while (offset < body.length) {
    const space = body.indexOf(' ', offset);
    const length = Number.parseInt(body.toString('utf8', offset, space), 10);
    if (!(length > 0)) break;
    const record = body.toString('utf8', space + 1, offset + length - 1);
    if (record.startsWith('path=')) return record.slice('path='.length);
    offset += length;
  }
  return '';
}

/** Reads a byte stream in pieces of chosen sizes. */
class ByteReader {
  #source;
  #chunks;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);

  /** @param {import('node:stream').Readable} source */
  constructor(source) {
    this.#source = source;
    this.#chunks = /** @type {AsyncIterator<Buffer>} */ (source[Symbol.asyncIterator]());
  }

  /**
   * Null at the end of the stream.
   * @param {number} bytes
   * @returns {Promise<Buffer | null>}
   */
  async read(bytes) {
    if (this.#rest.length === 0 && !(await this.#fill())) return null;
    return this.readExactly(bytes);
  }

  /** @param {number} bytes */
  async readExactly(bytes) {
    while (this.#rest.length < bytes) {
      if (!(await this.#fill())) throw new SetupError('tar file cut short');
    }
    return this.#take(bytes);
  }

  /**
   * Moves `bytes` to a file, or drops them when there is none.
   * @param {number} bytes
   * @param {string | undefined} output
   */
  async copy(bytes, output) {
    const file = output === undefined ? undefined : await open(output, 'w');
    try {
      let left = bytes;
      while (left > 0) {
        if (this.#rest.length === 0 && !(await this.#fill())) {
          throw new SetupError('tar file cut short');
        }
        const piece = this.#take(Math.min(left, this.#rest.length));
        left -= piece.length;
        await file?.writeFile(piece);
      }
    } finally {
      await file?.close();
    }
  }

  close() {
    this.#source.destroy();
  }

  async #fill() {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }

  /** @param {number} bytes */
  #take(bytes) {
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }
}
