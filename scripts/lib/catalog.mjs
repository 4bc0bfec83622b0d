// Reads the model catalogue, checks it, picks from it, and writes it. Node.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { SetupError, messageOf } from './setup-error.mjs';

/** @typedef {import('../../src/models/catalog.ts').ModelCatalog} ModelCatalog */
/** @typedef {import('../../src/models/catalog.ts').CatalogModel} CatalogModel */

/** As .prettierrc.json has it. */
const STYLE = { printWidth: 100 };
const CATALOG_FILE = path.join(ROOT, 'public', 'models', 'catalog.json');

/**
 * The catalogue of this checkout, as it is: what is wrong with it is said by `readCatalog`, for which the packages of
 * the lockfile must be installed.
 * @returns {Promise<ModelCatalog>}
 */
export async function loadCatalog() {
  /** @type {unknown} */
  const json = JSON.parse(await readFile(CATALOG_FILE, 'utf8'));
  return /** @type {ModelCatalog} */ (json);
}

/**
 * The catalogue in a file, by default that of this checkout. Rejects with a SetupError as `checkCatalog` does, and
 * for a file that is no JSON.
 * @param {string} [file]
 * @returns {Promise<ModelCatalog>}
 */
export async function readCatalog(file = CATALOG_FILE) {
  /** @type {unknown} */
  let json;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new SetupError(`${file} cannot be read: ${messageOf(error)}`);
  }
  return checkCatalog(json);
}

/**
 * Holds a catalogue to the rules that the app has for it. Rejects with a SetupError that names the first wrong
 * field by its path, such as `models.0.files.1.bytes`.
 * @param {unknown} json
 * @returns {Promise<ModelCatalog>}
 */
export async function checkCatalog(json) {
  const { tsImport } = await import('tsx/esm/api');
  const parser = /** @type {unknown} */ (
    await tsImport('../../src/models/parse-catalog.ts', import.meta.url)
  );
  const { parseCatalog } = /** @type {typeof import('../../src/models/parse-catalog.ts')} */ (
    parser
  );
  try {
    return parseCatalog(json);
  } catch (error) {
    throw new SetupError(messageOf(error));
  }
}

/**
 * @param {ModelCatalog} catalog
 * @param {{ ids?: readonly string[]; all?: boolean }} choice no ids: what is marked `preload`
 * @returns {CatalogModel[]}
 */
export function chooseModels(catalog, { ids = [], all = false }) {
  if (all) return [...catalog.models];
  if (ids.length === 0) return catalog.models.filter((model) => model.preload);
  return ids.map((id) => {
    const model = catalog.models.find((candidate) => candidate.id === id);
    if (model !== undefined) return model;
    const known = catalog.models.map((candidate) => candidate.id).join(', ');
    throw new SetupError(`No model "${id}" in the catalogue. Known models: ${known}.`);
  });
}

/**
 * Whether npm and PyPI have all of it.
 * @param {CatalogModel} model
 * @returns {boolean}
 */
export function isOfRegistries({ files }) {
  return files.every(({ sources }) => sources.some(({ kind }) => kind !== 'url'));
}

/**
 * In the style of the checkout, so that a change shows what changed. Rejects as `checkCatalog` does, and writes
 * nothing then.
 * @param {ModelCatalog} catalog
 * @returns {Promise<void>}
 */
export async function saveCatalog(catalog) {
  await checkCatalog(catalog);
  const { format } = await import('prettier');
  await writeFile(
    CATALOG_FILE,
    await format(JSON.stringify(catalog, null, 2), { parser: 'json', ...STYLE }),
  );
}
