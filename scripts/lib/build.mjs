// Builds the app when its sources changed, and puts weights beside it. Node.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { listFiles, statFile } from './files.mjs';
import { BUILD_STATE_DIR, DIST_DIR, MODELS_DIR, ROOT, TOOLS } from './paths.mjs';
import { checkSdk, measureSdk } from './sdk-size.mjs';
import { SetupError } from './setup-error.mjs';

/** Everything that the built site depends on; folders with all below them. */
const SOURCES = [
  'src',
  'workers',
  'public',
  'index.html',
  'package-lock.json',
  'vite.config.ts',
  'tsconfig.base.json',
];
const FINGERPRINT_FILE = path.join(BUILD_STATE_DIR, 'fingerprint');

/**
 * Builds unless `dist/` is that of these sources already.
 * @returns {Promise<boolean>} whether it built
 */
export async function ensureBuild() {
  const built = await readFile(FINGERPRINT_FILE, 'utf8').catch(() => '');
  const hasPage = (await statFile(path.join(DIST_DIR, 'index.html'))) !== null;
  if (hasPage && built === (await fingerprint())) return false;
  await build();
  return true;
}

/**
 * Builds into `dist/`; rejects with a SetupError when the bundler fails (it has said why), or when the SDK is
 * too large or holds a model library.
 * @returns {Promise<void>}
 */
export async function build() {
  const before = await fingerprint();
  await rm(FINGERPRINT_FILE, { force: true });
  const { code } = await runCommand(process.execPath, [TOOLS.vite, 'build'], {
    cwd: ROOT,
    show: true,
  });
  if (code !== 0) throw new SetupError('The build failed.');
  checkSdk(await measureSdk());
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  await writeFile(FINGERPRINT_FILE, before);
}

/**
 * Copies fetched weights into `dist/models/`, for a host that serves nothing else.
 * @param {readonly import('./catalog.mjs').CatalogModel[]} models
 * @returns {Promise<number>} bytes copied
 */
export async function copyModels(models) {
  let bytes = 0;
  for (const { id, files } of models) {
    await mkdir(path.join(DIST_DIR, 'models', id), { recursive: true });
    for (const { name, bytes: fileBytes } of files) {
      await copyFile(path.join(MODELS_DIR, id, name), path.join(DIST_DIR, 'models', id, name));
      bytes += fileBytes;
    }
  }
  return bytes;
}

/** Sizes and times of all sources: cheap enough for every start. */
async function fingerprint() {
  const lists = await Promise.all(
    SOURCES.map(async (source) => {
      const files = await listFiles(path.join(ROOT, source));
      return files.length > 0 ? files : [path.join(ROOT, source)];
    }),
  );
  const hash = createHash('sha256');
  for (const file of lists.flat()) {
    const found = await statFile(file);
    hash.update(`${path.relative(ROOT, file)} ${found?.bytes} ${found?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
