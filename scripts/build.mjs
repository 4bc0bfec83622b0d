// `npm run build -- [--with-models=IDS [--split=SIZE]] [--models-url=URL]`: the static site in dist/. Node.
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { chooseModels, loadCatalog } from './lib/catalog.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { formatBytes } from './lib/format.mjs';
import { copyModels, parseSize, splitModels, writeCatalog } from './lib/publish-models.mjs';
import { SetupError, runMain } from './lib/setup-error.mjs';

const USAGE = `npm run build -- [options]
Builds the static site into dist/, for any folder of any host (see docs/deploy.md).
  --with-models=IDS  also put these models' weights there: ids with commas between, or "preload"
  --split=SIZE       in parts of at most SIZE, such as 24MiB, for hosts with a limit for one file
  --models-url=URL   the weights lie there instead, on a host that allows them to this page (CORS)`;

async function main() {
  const { values } = parseArgs({
    options: {
      'with-models': { type: 'string' },
      split: { type: 'string' },
      'models-url': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const modelsUrl = checkUrl(values['models-url']);
  const partBytes = values.split === undefined ? null : parseSize(values.split);
  await ensureDependencies();
  const wanted = values['with-models'];
  const models = wanted === undefined ? [] : await fetchChosen(wanted);
  const published = await publish(models, partBytes);
  await build({ modelsUrl, catalogFile: published.file });
  if (models.length > 0) {
    console.log(`models: ${formatBytes(await copyModels(published.models))} put into dist/models.`);
  }
  return 0;
}

/** @param {string} wanted */
async function fetchChosen(wanted) {
  const ids = wanted === 'preload' ? [] : wanted.split(',').map((id) => id.trim());
  const models = chooseModels(await loadCatalog(), { ids });
  await fetchModels(models);
  return models;
}

/**
 * @param {readonly import('./lib/catalog.mjs').CatalogModel[]} models
 * @param {number | null} partBytes
 */
async function publish(models, partBytes) {
  if (partBytes === null || models.length === 0) return { models, file: null };
  const ids = models.map(({ id }) => id);
  const catalog = await splitModels(await loadCatalog(), { ids, partBytes });
  return { models: chooseModels(catalog, { ids }), file: await writeCatalog(catalog) };
}

/**
 * @param {string | undefined} url
 * @returns {string | null} ending in a slash
 */
function checkUrl(url) {
  if (url === undefined) return null;
  if (!URL.canParse(url) || !/^https?:$/u.test(new URL(url).protocol)) {
    throw new SetupError(`--models-url=${url} is no address with http: or https:.`);
  }
  return url.endsWith('/') ? url : `${url}/`;
}

await runMain(main);
