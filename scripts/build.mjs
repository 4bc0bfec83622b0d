// `npm run build -- [--with-models=IDS [--split=SIZE]] [--models-url=URL] [--models-mirror=URL]`: the static site in dist/. Node.
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { chooseModels, readCatalog } from './lib/catalog.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { formatBytes } from './lib/format.mjs';
import { copyModels, parseSize, splitModels, writeCatalog } from './lib/publish-models.mjs';
import { SetupError, runMain } from './lib/setup-error.mjs';

/** @typedef {import('./lib/catalog.mjs').ModelCatalog} ModelCatalog */
/** @typedef {import('./lib/catalog.mjs').CatalogModel} CatalogModel */

const USAGE = `npm run build -- [options]
Builds the static site into dist/, for any folder of any host (see docs/deploy.md).
  --with-models=IDS    also put these models' weights there: ids with commas between, or "preload"
  --split=SIZE         in parts of at most SIZE, such as 24MiB, for hosts with a limit for one file
  --models-url=URL     the weights lie there instead, on a host that allows them to this page (CORS)
  --models-mirror=URL  the same weights lie there too, for when the place before fails; may be repeated`;

async function main() {
  const { values } = parseArgs({
    options: {
      'with-models': { type: 'string' },
      split: { type: 'string' },
      'models-url': { type: 'string' },
      'models-mirror': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const first = values['models-url'];
  const modelsUrl = first === undefined ? null : checkUrl('--models-url', first);
  const modelsMirrors = values['models-mirror'].map((url) => checkUrl('--models-mirror', url));
  const partBytes = values.split === undefined ? null : parseSize(values.split);
  await ensureDependencies();
  const catalog = await readCatalog();
  const wanted = values['with-models'];
  const models = wanted === undefined ? [] : await fetchChosen(catalog, wanted);
  const published = await publish(catalog, { models, partBytes });
  await build({ modelsUrl, modelsMirrors, catalogFile: published.file });
  if (models.length > 0) {
    console.log(`models: ${formatBytes(await copyModels(published.models))} put into dist/models.`);
  }
  return 0;
}

/**
 * @param {ModelCatalog} catalog
 * @param {string} wanted
 */
async function fetchChosen(catalog, wanted) {
  const ids = wanted === 'preload' ? [] : wanted.split(',').map((id) => id.trim());
  const models = chooseModels(catalog, { ids });
  await fetchModels(models);
  return models;
}

/**
 * @param {ModelCatalog} whole
 * @param {{ models: readonly CatalogModel[]; partBytes: number | null }} choice
 */
async function publish(whole, { models, partBytes }) {
  if (partBytes === null || models.length === 0) return { models, file: null };
  const ids = models.map(({ id }) => id);
  const catalog = await splitModels(whole, { ids, partBytes });
  return { models: chooseModels(catalog, { ids }), file: await writeCatalog(catalog) };
}

/**
 * @param {string} flag
 * @param {string} url
 * @returns {string} ending in a slash
 */
function checkUrl(flag, url) {
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
    throw new SetupError(`${flag}=${url} is no address with http: or https:.`);
  }
  const { href } = new URL(url);
  return href.endsWith('/') ? href : `${href}/`;
}

await runMain(main);
