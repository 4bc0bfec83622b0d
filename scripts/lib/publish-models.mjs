// Puts weights beside the built app: whole, or in parts for hosts with a limit for one file. Node.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BUILD_STATE_DIR, DIST_DIR, MODELS_DIR } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {import('../../src/models/catalog.ts').ModelCatalog} ModelCatalog */
/** @typedef {import('../../src/models/catalog.ts').CatalogModel} CatalogModel */
/** @typedef {import('../../src/models/catalog.ts').ModelFile} ModelFile */
/** @typedef {import('../../src/models/catalog.ts').ModelPart} ModelPart */

const UNITS = new Map([
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
]);
/** Smaller parts would only make more requests. */
const MIN_PART_BYTES = 64 * 1024;
/** Enough of a digest to tell versions of a part apart. */
const NAME_DIGITS = 8;

/**
 * @param {string} text such as `24MiB`
 * @returns {number}
 */
export function parseSize(text) {
  const [, count = '', unit = ''] = /^(\d+)(KiB|MiB|GiB)$/u.exec(text) ?? [];
  const bytes = Number(count) * (UNITS.get(unit) ?? 0);
  if (bytes >= MIN_PART_BYTES) return bytes;
  throw new SetupError(`"${text}" is no size for parts: write at least 64KiB, such as 24MiB.`);
}

/**
 * The catalogue with the parts of every file of these models that is larger than `partBytes`.
 * @param {ModelCatalog} catalog
 * @param {{ ids: readonly string[]; partBytes: number; from?: string }} options
 * @returns {Promise<ModelCatalog>}
 */
export async function splitModels(catalog, { ids, partBytes, from = MODELS_DIR }) {
  const models = catalog.models.map(async (model) => {
    if (!ids.includes(model.id)) return model;
    const files = model.files.map(async (file) => {
      if (file.bytes <= partBytes) return file;
      return { ...file, parts: await toParts(path.join(from, model.id), file, partBytes) };
    });
    return { ...model, files: await Promise.all(files) };
  });
  return { ...catalog, models: await Promise.all(models) };
}

/**
 * Writes a catalogue down for the bundler to publish.
 * @param {ModelCatalog} catalog
 * @returns {Promise<string>} where it is
 */
export async function writeCatalog(catalog) {
  const file = path.join(BUILD_STATE_DIR, 'catalog.json');
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  await writeFile(file, JSON.stringify(catalog));
  return file;
}

/**
 * Copies fetched weights into `dist/models/`.
 * @param {readonly CatalogModel[]} models of the catalogue that is published, parts included
 * @param {{ from: string; to: string }} [folders]
 * @returns {Promise<number>} bytes copied
 */
export async function copyModels(
  models,
  folders = { from: MODELS_DIR, to: path.join(DIST_DIR, 'models') },
) {
  let bytes = 0;
  for (const { id, files } of models) {
    const to = path.join(folders.to, id);
    await mkdir(to, { recursive: true });
    for (const file of files) {
      const from = path.join(folders.from, id, file.name);
      if (file.parts === undefined) await copyFile(from, path.join(to, file.name));
      else await copyParts(from, to, file.parts);
      bytes += file.bytes;
    }
  }
  return bytes;
}

/**
 * @param {string} folder
 * @param {ModelFile} file
 * @param {number} partBytes
 * @returns {Promise<ModelPart[]>}
 */
async function toParts(folder, file, partBytes) {
  /** @type {ModelPart[]} */
  const parts = [];
  const from = await open(path.join(folder, file.name));
  try {
    for (let start = 0; start < file.bytes; start += partBytes) {
      const bytes = Math.min(partBytes, file.bytes - start);
      const sha256 = createHash('sha256')
        .update(await readAt(from, start, bytes))
        .digest('hex');
      const number = parts.length + 1;
      const name = `${file.name}.part${number}-${sha256.slice(0, NAME_DIGITS)}`;
      parts.push({ name, bytes, sha256 });
    }
  } finally {
    await from.close();
  }
  return parts;
}

/**
 * @param {string} file
 * @param {string} folder
 * @param {readonly ModelPart[]} parts
 */
async function copyParts(file, folder, parts) {
  const from = await open(file);
  try {
    let start = 0;
    for (const { name, bytes } of parts) {
      await writeFile(path.join(folder, name), await readAt(from, start, bytes));
      start += bytes;
    }
  } finally {
    await from.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} start
 * @param {number} bytes
 */
async function readAt(file, start, bytes) {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, start);
  if (bytesRead !== bytes) throw new SetupError('A model file is shorter than the catalogue says.');
  return buffer;
}
