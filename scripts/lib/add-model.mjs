// Adds a model to the catalogue from the address of its file: fetched, measured, its licence stated. Node.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetupError, messageOf } from './setup-error.mjs';

/** @typedef {import('../../src/models/catalog.ts').ModelCatalog} ModelCatalog */
/** @typedef {import('../../src/models/catalog.ts').CatalogModel} CatalogModel */
/** @typedef {import('../../src/models/catalog.ts').ModelFile} ModelFile */

/** As `MODEL_TASKS` of src/models/catalog.ts. */
const TASKS = ['vad', 'wake', 'stt', 'turn', 'llm', 'tts', 'tts-voice', 'phonemes'];
const PATH_SEGMENT = /^[A-Za-z0-9_][\w.-]*$/u;

/**
 * @typedef {object} NewModel
 * @property {string} url of its one file
 * @property {string} id
 * @property {string} task
 * @property {string} licence SPDX identifier
 * @property {string} [name] default the id
 * @property {string} [language] default any
 * @property {string} [note]
 */

/**
 * Fetches the file into its folder and returns the catalogue with the entry. Rejects with a SetupError, and
 * leaves no file behind, when a flag makes no sense or the address gives no file.
 * @param {ModelCatalog} catalog
 * @param {NewModel} model
 * @param {string} modelsDir
 * @returns {Promise<ModelCatalog>}
 */
export async function addModel(catalog, model, modelsDir) {
  const fileName = check(catalog, model);
  const folder = path.join(modelsDir, model.id);
  await mkdir(folder, { recursive: true });
  const gathered = path.join(folder, `.${fileName}.part`);
  try {
    const { bytes, sha256 } = await fetchInto(model.url, gathered);
    await rename(gathered, path.join(folder, fileName));
    /** @type {ModelFile} */
    const file = { name: fileName, bytes, sha256, sources: [{ kind: 'url', url: model.url }] };
    return { ...catalog, models: [...catalog.models, toEntry(model, file)] };
  } catch (error) {
    await rm(gathered, { force: true });
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${model.url} could not be fetched: ${messageOf(error)}.`);
  }
}

/**
 * @param {ModelCatalog} catalog
 * @param {NewModel} model
 * @returns {string} the name of its file
 */
function check(catalog, { url, id, task, licence }) {
  if (!PATH_SEGMENT.test(id))
    throw new SetupError(`--id ${id}: letters, digits, "_", "-", "." only`);
  if (catalog.models.some((known) => known.id === id)) {
    throw new SetupError(`The catalogue has a model "${id}" already.`);
  }
  if (!TASKS.includes(task)) throw new SetupError(`--task must be one of ${TASKS.join(', ')}`);
  if (licence.trim() === '') {
    throw new SetupError('--licence is missing: visitors read it before they download the model.');
  }
  if (!URL.canParse(url)) throw new SetupError(`${url} is no address`);
  const fileName = path.posix.basename(decodeURIComponent(new URL(url).pathname));
  if (PATH_SEGMENT.test(fileName)) return fileName;
  throw new SetupError(`${url} does not end in the name of a file`);
}

/**
 * @param {string} url
 * @param {string} file
 */
async function fetchInto(url, file) {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new SetupError(`${url} was answered with ${response.status}.`);
  }
  if (response.headers.get('content-type')?.includes('text/html') === true) {
    throw new SetupError(`${url} is a web page, not a file.`);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(response.body, measure, createWriteStream(file));
  if (bytes === 0) throw new SetupError(`${url} is empty.`);
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * @param {NewModel} model
 * @param {ModelFile} file
 * @returns {CatalogModel}
 */
function toEntry({ id, name = id, task, licence, note = '', language = '*' }, file) {
  return {
    id,
    name,
    task: /** @type {CatalogModel['task']} */ (task),
    licence,
    note,
    languages: [language],
    backends: ['wasm'],
    preload: false,
    files: [file],
  };
}
