// `npm run build -- [--with-models=IDS]`: the static site in dist/. Node.
import { parseArgs } from 'node:util';
import { build, copyModels } from './lib/build.mjs';
import { chooseModels, loadCatalog } from './lib/catalog.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { formatBytes } from './lib/format.mjs';
import { runMain } from './lib/setup-error.mjs';

const USAGE = `npm run build -- [options]
Builds the static site into dist/.
  --with-models=IDS  also put these models' weights there: ids with commas between, or "preload"`;

async function main() {
  const { values } = parseArgs({
    options: { 'with-models': { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  await ensureDependencies();
  const wanted = values['with-models'];
  const models = wanted === undefined ? [] : await fetchChosen(wanted);
  await build();
  if (models.length > 0) {
    console.log(`models: ${formatBytes(await copyModels(models))} copied to dist/models.`);
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

await runMain(main);
