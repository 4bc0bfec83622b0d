// Adds a model to the catalogue from the addresses of its files: fetched, measured, its licence stated. Node.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatBytes } from './format.mjs';
import { Progress } from './progress.mjs';
import { SetupError, messageOf } from './setup-error.mjs';

/** @typedef {import('../../src/models/catalog.ts').ModelCatalog} ModelCatalog */
/** @typedef {import('../../src/models/catalog.ts').CatalogModel} CatalogModel */
/** @typedef {import('../../src/models/catalog.ts').ModelFile} ModelFile */

/** As `MODEL_TASKS` of src/models/catalog.ts. */
const TASKS = ['vad', 'wake', 'stt', 'turn', 'llm', 'tts', 'tts-voice', 'phonemes'];
const PATH_SEGMENT = /^[A-Za-z0-9_][\w.-]*$/u;

/**
 * @typedef {object} NewModel
 * @property {readonly string[]} urls of its files, one at least
 * @property {string} id
 * @property {string} task
 * @property {string} licence SPDX identifier
 * @property {string} [name] default the id
 * @property {string} [language] default any
 * @property {string} [note]
 */

/**
 * Fetches the files into the model's folder and returns the catalogue with the entry. Rejects with a SetupError, and
 * leaves no file behind, when a flag makes no sense or an address gives no file.
 * @param {ModelCatalog} catalog
 * @param {NewModel} model
 * @param {{ modelsDir: string; output?: import('./progress.mjs').ProgressOutput }} options
 * @returns {Promise<ModelCatalog>}
 */
export async function addModel(catalog, model, { modelsDir, output = process.stderr }) {
  const names = check(catalog, model);
  const folder = path.join(modelsDir, model.id);
  await mkdir(folder, { recursive: true });
  const gathered = await mkdtemp(path.join(folder, '.adding-'));
  try {
    /** @type {ModelFile[]} */
    const files = [];
    for (const [index, name] of names.entries()) {
      const url = model.urls[index] ?? '';
      const progress = new Progress(output);
      const target = { file: path.join(gathered, name), progress };
      const measured = await fetchInto(url, target).finally(() => progress.close());
      progress.note(`${model.id}/${name}  ${formatBytes(measured.bytes)}`);
      files.push({ name, ...measured, sources: [{ kind: 'url', url }] });
    }
    for (const name of names) await rename(path.join(gathered, name), path.join(folder, name));
    return { ...catalog, models: [...catalog.models, toEntry(model, files)] };
  } finally {
    await rm(gathered, { recursive: true });
  }
}

/**
 * @param {ModelCatalog} catalog
 * @param {NewModel} model
 * @returns {string[]} the names of its files
 */
function check(catalog, { urls, id, task, licence }) {
  if (urls.length === 0) throw new SetupError('add takes the address of each of the files');
  if (!PATH_SEGMENT.test(id))
    throw new SetupError(`--id ${id}: letters, digits, "_", "-", "." only`);
  if (catalog.models.some((known) => known.id === id)) {
    throw new SetupError(`The catalogue has a model "${id}" already.`);
  }
  if (!TASKS.includes(task)) throw new SetupError(`--task must be one of ${TASKS.join(', ')}`);
  if (licence.trim() === '') {
    throw new SetupError('--licence is missing: visitors read it before they download the model.');
  }
  const names = urls.map(toFileName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SetupError(`Two of the addresses end in ${twice}.`);
  return names;
}

/** @param {string} url */
function toFileName(url) {
  if (!URL.canParse(url)) throw new SetupError(`${url} is no address`);
  const name = path.posix.basename(decodeURIComponent(new URL(url).pathname));
  if (PATH_SEGMENT.test(name)) return name;
  throw new SetupError(`${url} does not end in the name of a file`);
}

/**
 * @param {string} url
 * @param {{ file: string; progress: Progress }} target
 * @returns {Promise<{ bytes: number; sha256: string }>} rejects with a SetupError
 */
async function fetchInto(url, target) {
  try {
    return await measure(await request(url), { url, ...target });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(`${url} could not be fetched: ${messageOf(error)}.`);
  }
}

/** @param {string} url */
async function request(url) {
  // Compressed, `Content-Length` would tell another size than the file's.
  const response = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } });
  if (!response.ok || response.body === null) {
    throw new SetupError(`${url} was answered with ${response.status}.`);
  }
  if (response.headers.get('content-type')?.includes('text/html') === true) {
    throw new SetupError(`${url} is a web page, not a file.`);
  }
  const length = Number(response.headers.get('content-length') ?? 0);
  return { body: response.body, length };
}

/**
 * @param {{ body: ReadableStream<Uint8Array>; length: number }} answer
 * @param {{ url: string; file: string; progress: Progress }} target
 */
async function measure({ body, length }, { url, file, progress }) {
  if (length > 0) progress.add(url, length);
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(/** @type {Buffer} */ chunk, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      progress.update(url, bytes);
      done(null, chunk);
    },
  });
  await pipeline(body, meter, createWriteStream(file));
  if (bytes === 0) throw new SetupError(`${url} is empty.`);
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * @param {NewModel} model
 * @param {readonly ModelFile[]} files
 * @returns {CatalogModel}
 */
function toEntry({ id, name = id, task, licence, note = '', language = '*' }, files) {
  return {
    id,
    name,
    task: /** @type {CatalogModel['task']} */ (task),
    licence,
    note,
    languages: [language],
    backends: ['wasm'],
    preload: false,
    files,
  };
}
