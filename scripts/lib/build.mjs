// Builds the app when its sources changed. Node.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { runCommand } from './command.mjs';
import { listFiles, statFile } from './files.mjs';
import { toEnvironment } from './deployment.mjs';
import { BUILD_STATE_DIR, DIST_DIR, ROOT, TOOLS } from './paths.mjs';
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
  'scripts/lib/installable.mjs',
  'scripts/lib/deployment.mjs',
  'tsconfig.base.json',
];
const FINGERPRINT_FILE = path.join(BUILD_STATE_DIR, 'fingerprint');

/** For a host that has the models beside the app, whole. */
const ANY_HOST = { modelsUrl: null, modelsMirrors: [], catalogFile: null };

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
 * @param {import('./deployment.mjs').Deployment} [deployment]
 * @returns {Promise<void>}
 */
export async function build(deployment = ANY_HOST) {
  const before = await fingerprint();
  await rm(FINGERPRINT_FILE, { force: true });
  const { code } = await runCommand(process.execPath, [TOOLS.vite, 'build'], {
    cwd: ROOT,
    env: toEnvironment(deployment),
    show: true,
  });
  if (code !== 0) throw new SetupError('The build failed.');
  checkSdk(await measureSdk());
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  // A site made for one host is none for tests and `npm start`.
  if (isDeepStrictEqual(deployment, ANY_HOST)) await writeFile(FINGERPRINT_FILE, before);
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
