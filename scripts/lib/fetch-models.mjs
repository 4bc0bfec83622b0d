// Brings the catalogue's weights onto this machine, from the first source that works. Node.
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UnreachableError, downloadFile } from './download.mjs';
import { formatBytes } from './format.mjs';
import { makeFile } from './make-file.mjs';
import { ModelFolder } from './model-folder.mjs';
import { PackageStore, packageKey } from './packages.mjs';
import { CACHE_DIR, MODELS_DIR } from './paths.mjs';
import { Progress } from './progress.mjs';
import { SetupError, messageOf } from './setup-error.mjs';

/** @typedef {import('../../src/models/catalog.ts').CatalogModel} CatalogModel */
/** @typedef {import('../../src/models/catalog.ts').ModelFile} ModelFile */
/** @typedef {import('../../src/models/catalog.ts').ModelSource} ModelSource */

/**
 * @typedef {object} FetchOptions
 * @property {string} [modelsDir]
 * @property {string} [cacheDir]
 * @property {boolean} [registryOnly] leave `url` sources out
 * @property {boolean} [offline] fetch nothing; fail with the list of what is missing
 * @property {boolean} [force] fetch what is already there too
 * @property {import('./progress.mjs').ProgressOutput} [output]
 * @property {{ stallMs?: number; retryDelayMs?: number }} [download]
 */

/**
 * @typedef {object} Wanted
 * @property {string} label `<model id>/<file name>`
 * @property {ModelFolder} folder
 * @property {ModelFile} file
 * @property {readonly ModelSource[]} sources
 */

/**
 * Makes every file of `models` present and verified; those that are cost one `stat` each.
 * @param {readonly CatalogModel[]} models
 * @param {FetchOptions} [options]
 * @returns {Promise<{ fetched: number; present: number }>} counts of files. Rejects with a
 *   SetupError that lists each missing file with every source tried and why it failed; files
 *   that could be had are kept.
 */
export async function fetchModels(models, options = {}) {
  const wanted = toWanted(models, options);
  const has = await mapInOrder(wanted, ({ folder, file }) => folder.has(file));
  const missing = wanted.filter((_, index) => options.force === true || has[index] !== true);
  const counts = { fetched: missing.length, present: wanted.length - missing.length };
  if (missing.length === 0) return counts;
  if (options.offline === true) throw new SetupError(describeMissing(missing));
  const session = new FetchSession(options);
  try {
    await session.run(missing);
  } finally {
    await session.dispose();
  }
  return counts;
}

/** The downloads of one run: their progress, and the packages that several files share. */
class FetchSession {
  #options;
  #progress;
  #packages;
  /** Hosts that could not be reached: not worth a wait for each of their files. */
  #deadHosts = new Set();

  /** @param {FetchOptions} options */
  constructor(options) {
    this.#options = options;
    this.#progress = new Progress(options.output ?? process.stderr);
    this.#packages = new PackageStore({
      cacheDir: path.join(options.cacheDir ?? CACHE_DIR, 'packages'),
      onBytes: (source, done) => this.#progress.update(packageKey(source), done),
    });
  }

  /** @param {readonly Wanted[]} missing */
  async run(missing) {
    for (const { sources, file } of missing) {
      sources.flatMap(packagesOf).forEach((source) => this.#packages.announce(source));
      this.#expect(sources[0], file);
    }
    const failures = [];
    for (const wanted of missing) {
      const reasons = await this.#fetchFile(wanted);
      if (reasons !== null) failures.push([`  ${wanted.label}`, ...reasons].join('\n    - '));
    }
    if (failures.length === 0) return;
    throw new SetupError(
      `${failures.length} of ${missing.length} model files could not be fetched:\n` +
        failures.join('\n'),
    );
  }

  async dispose() {
    this.#progress.close();
    await this.#packages.dispose();
  }

  /**
   * @param {Wanted} wanted
   * @returns {Promise<string[] | null>} why each source failed; null when one worked
   */
  async #fetchFile({ label, folder, file, sources }) {
    await folder.create();
    const reasons = [];
    for (const [index, source] of sources.entries()) {
      this.#expect(source, file);
      const reason = await this.#trySource(source, { folder, file });
      if (reason === '') {
        this.#progress.note(`${label}  ${formatBytes(file.bytes)}`);
        return null;
      }
      reasons.push(`${describeSource(source)}: ${reason}`);
      if (source.kind === 'url') this.#progress.drop(source.url);
      if (sources[index + 1] !== undefined) this.#progress.note(`${label}  ${reasons.at(-1)}`);
    }
    return reasons.length > 0 ? reasons : ['no source is left by the options given'];
  }

  /**
   * @param {ModelSource} source
   * @param {{ folder: ModelFolder; file: ModelFile }} target
   * @returns {Promise<string>} why it failed; empty when the file is in place
   */
  async #trySource(source, { folder, file }) {
    const part = folder.partOf(file.name);
    try {
      const isResumed = await this.#gather(source, part, file);
      const wrong = await folder.accept(file, part);
      if (wrong === '') return '';
      await rm(part, { force: true });
      // The first bytes may have been those of another file: once more from the start.
      return isResumed ? await this.#trySource(source, { folder, file }) : wrong;
    } catch (error) {
      if (error instanceof SetupError) return messageOf(error);
      throw error;
    }
  }

  /**
   * @param {ModelSource} source
   * @param {string} part
   * @param {ModelFile} file
   * @returns {Promise<boolean>} whether bytes of an earlier run were used
   */
  async #gather(source, part, file) {
    if (source.kind === 'url') return this.#gatherUrl(source.url, part, file);
    if (source.kind === 'made') {
      const inputs = [];
      for (const member of source.parts) inputs.push(await this.#packages.get(member));
      await makeFile(source, { inputs, output: part });
      return false;
    }
    const [first, ...rest] = packagesOf(source);
    if (first === undefined) throw new SetupError('the source has no parts');
    await copyFile(await this.#packages.get(first), part);
    for (const next of rest) {
      const piece = createReadStream(await this.#packages.get(next));
      await pipeline(piece, createWriteStream(part, { flags: 'a' }));
    }
    return false;
  }

  /**
   * @param {string} url
   * @param {string} part
   * @param {ModelFile} file
   */
  async #gatherUrl(url, part, file) {
    const { host } = new URL(url);
    if (this.#deadHosts.has(host)) throw new SetupError('the host could not be reached before');
    const onBytes = (/** @type {number} */ done) => this.#progress.update(url, done);
    try {
      const options = { ...this.#options.download, part, bytes: file.bytes, onBytes };
      return (await downloadFile(url, options)).isResumed;
    } catch (error) {
      if (error instanceof UnreachableError) this.#deadHosts.add(host);
      throw error;
    }
  }

  /**
   * Counts a source's download into the progress bar.
   * @param {ModelSource | undefined} source
   * @param {ModelFile} file
   */
  #expect(source, file) {
    if (source?.kind === 'url') this.#progress.add(source.url, file.bytes);
    else if (source !== undefined) {
      packagesOf(source).forEach((one) => this.#progress.add(packageKey(one), one.packageBytes));
    }
  }
}

/**
 * @param {readonly CatalogModel[]} models
 * @param {FetchOptions} options
 * @returns {Wanted[]}
 */
function toWanted(models, { modelsDir = MODELS_DIR, registryOnly = false }) {
  return models.flatMap((model) => {
    const folder = new ModelFolder(modelsDir, model.id);
    return model.files.map((file) => ({
      label: `${model.id}/${file.name}`,
      folder,
      file,
      sources: file.sources.filter((source) => !registryOnly || source.kind !== 'url'),
    }));
  });
}

/** @param {readonly Wanted[]} missing */
function describeMissing(missing) {
  const lines = missing.map(({ label, file }) => `  ${label}  ${formatBytes(file.bytes)}`);
  return (
    `${missing.length} model files are missing or damaged, and --offline fetches nothing:\n` +
    `${lines.join('\n')}\nRun "npm run models" once with a network.`
  );
}

/** @param {ModelSource} source */
function describeSource(source) {
  if (source.kind === 'url') return source.url;
  return [...new Set(packagesOf(source).map(packageKey))].join(' + ');
}

/**
 * @param {ModelSource} source
 * @returns {readonly import('./packages.mjs').PackageSource[]}
 */
function packagesOf(source) {
  if (source.kind === 'url') return [];
  return 'parts' in source ? source.parts : [source];
}

/**
 * One after the other: hashing two large files at once gains nothing on one disk.
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} map
 * @returns {Promise<R[]>}
 */
async function mapInOrder(items, map) {
  const results = [];
  for (const item of items) results.push(await map(item));
  return results;
}
