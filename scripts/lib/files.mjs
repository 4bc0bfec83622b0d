// Small questions about files and folders that several scripts ask. Node.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * @param {string} file
 * @returns {Promise<string>} lower-case hex
 */
export async function sha256OfFile(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @returns {Promise<{ bytes: number; mtimeMs: number } | null>} null when it is not there
 */
export async function statFile(file) {
  try {
    const { size, mtimeMs } = await stat(file);
    return { bytes: size, mtimeMs };
  } catch {
    return null;
  }
}

/**
 * @param {string} file
 * @returns {Promise<unknown>} null when it is not there or no JSON
 */
export async function readJson(file) {
  try {
    /** @type {unknown} */
    const json = JSON.parse(await readFile(file, 'utf8'));
    return json;
  } catch {
    return null;
  }
}

/**
 * Every file below a folder, in a stable order; empty when there is no such folder.
 * @param {string} folder
 * @returns {Promise<string[]>} absolute paths
 */
export async function listFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const entryPath = path.join(folder, entry.name);
      return entry.isDirectory() ? await listFiles(entryPath) : [entryPath];
    }),
  );
  return lists.flat().sort();
}

/**
 * Bytes of all files below a folder that another program is writing to.
 * @param {string} folder
 * @returns {Promise<number>}
 */
export async function folderBytes(folder) {
  const sizes = await Promise.all((await listFiles(folder)).map((file) => statFile(file)));
  return sizes.reduce((sum, size) => sum + (size?.bytes ?? 0), 0);
}
