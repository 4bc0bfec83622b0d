// Takes single files out of a zip archive (a Python wheel) on Node's own zlib. Node.
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { SetupError } from './setup-error.mjs';

// Field offsets are those of the ZIP application note (APPNOTE 6.3), sections 4.3.7, 4.3.12, 4.3.16.
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} method
 * @property {number} packedBytes
 * @property {number} headerOffset
 */

/**
 * Writes chosen files of an archive to disk, streaming.
 * @param {string} archive
 * @param {ReadonlyMap<string, string>} outputs path inside the archive -> file to write
 * @returns {Promise<void>} rejects with a SetupError for a missing path or a broken archive
 */
export async function extractZip(archive, outputs) {
  const file = await open(archive);
  try {
    const entries = new Map((await readEntries(file)).map((entry) => [entry.name, entry]));
    for (const [name, output] of outputs) {
      const entry = entries.get(name);
      if (entry === undefined) throw new SetupError(`${archive} holds no "${name}"`);
      const start = await dataOffset(file, entry);
      await pipeline(
        entry.packedBytes === 0
          ? new PassThrough().end()
          : createReadStream(archive, { start, end: start + entry.packedBytes - 1 }),
        toUnpacker(entry),
        createWriteStream(output),
      );
    }
  } finally {
    await file.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<ZipEntry[]>}
 */
async function readEntries(file) {
  const { size } = await file.stat();
  const tail = await readAt(file, {
    position: Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES),
    bytes: Math.min(size, END_BYTES + MAX_COMMENT_BYTES),
  });
  const end = findEnd(tail);
  const directory = await readAt(file, {
    position: tail.readUInt32LE(end + 16),
    bytes: tail.readUInt32LE(end + 12),
  });
  const entries = [];
  let offset = 0;
  for (let left = tail.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (directory.readUInt32LE(offset) !== ENTRY_SIGNATURE) throw new SetupError('broken zip file');
    const nameBytes = directory.readUInt16LE(offset + 28);
    const skipBytes = directory.readUInt16LE(offset + 30) + directory.readUInt16LE(offset + 32);
    entries.push({
      name: directory.toString('utf8', offset + 46, offset + 46 + nameBytes),
      method: directory.readUInt16LE(offset + 10),
      packedBytes: directory.readUInt32LE(offset + 20),
      headerOffset: directory.readUInt32LE(offset + 42),
    });
    offset += 46 + nameBytes + skipBytes;
  }
  return entries;
}

/** @param {Buffer} tail */
function findEnd(tail) {
  for (let offset = tail.length - END_BYTES; offset >= 0; offset -= 1) {
    if (tail.readUInt32LE(offset) === END_SIGNATURE) return offset;
  }
  throw new SetupError('not a zip file, or cut short');
}

/**
 * The local header repeats name and extra field, with lengths of its own.
 * @param {import('node:fs/promises').FileHandle} file
 * @param {ZipEntry} entry
 */
async function dataOffset(file, entry) {
  const header = await readAt(file, { position: entry.headerOffset, bytes: LOCAL_HEADER_BYTES });
  return (
    entry.headerOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  );
}

/** @param {ZipEntry} entry */
function toUnpacker(entry) {
  if (entry.method === STORED) return new PassThrough();
  if (entry.method === DEFLATED) return createInflateRaw();
  throw new SetupError(`"${entry.name}" uses zip method ${entry.method}, which is not supported`);
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {{ position: number; bytes: number }} range
 */
async function readAt(file, { position, bytes }) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, position);
  if (bytesRead < bytes) throw new SetupError('not a zip file, or cut short');
  return buffer;
}
