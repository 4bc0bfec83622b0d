// Reads the model catalogue, picks from it, and writes it. Node.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {import('../../src/models/catalog.ts').ModelCatalog} ModelCatalog */
/** @typedef {import('../../src/models/catalog.ts').CatalogModel} CatalogModel */

/** As .prettierrc.json has it. */
const STYLE = { printWidth: 100 };
const CATALOG_FILE = path.join(ROOT, 'public', 'models', 'catalog.json');

/**
 * The catalogue of this checkout; its shape is asserted by the unit tests, not here.
 * @returns {Promise<ModelCatalog>}
 */
export async function loadCatalog() {
  /** @type {unknown} */
  const json = JSON.parse(await readFile(CATALOG_FILE, 'utf8'));
  return /** @type {ModelCatalog} */ (json);
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
 * In the style of the checkout, so that a change shows what changed.
 * @param {ModelCatalog} catalog
 * @returns {Promise<void>}
 */
export async function saveCatalog(catalog) {
  const { format } = await import('prettier');
  await writeFile(
    CATALOG_FILE,
    await format(JSON.stringify(catalog, null, 2), { parser: 'json', ...STYLE }),
  );
}
