// Builds the rig's page when its sources changed. Node.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { listFiles, statFile } from '../scripts/lib/files.mjs';
import { BUILD_STATE_DIR, ROOT } from '../scripts/lib/paths.mjs';

/** Everything the page is made of; folders with all below them. */
const SOURCES = [
  'src',
  'workers',
  'public',
  'talk/page',
  'talk/listen',
  'talk/speak',
  'talk/vite.config.ts',
  'vite.config.ts',
  'package-lock.json',
];

/** Where the built page lies. */
export const PAGE_DIR: string = path.join(BUILD_STATE_DIR, 'talk');
const FINGERPRINT_FILE = path.join(BUILD_STATE_DIR, 'talk-fingerprint');

/** Builds unless what is there was made of these very sources. Rejects when the bundler fails. */
export async function ensurePage(): Promise<void> {
  const wanted = await fingerprint();
  const built = await readFile(FINGERPRINT_FILE, 'utf8').catch(() => '');
  if (built === wanted && (await statFile(path.join(PAGE_DIR, 'page/index.html'))) !== null) return;
  await build({ configFile: path.join(ROOT, 'talk', 'vite.config.ts'), logLevel: 'warn' });
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  await writeFile(FINGERPRINT_FILE, wanted);
}

/** Sizes and times of all sources: cheap enough for every run. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const found = await listFiles(path.join(ROOT, source));
    for (const file of found.length > 0 ? found : [path.join(ROOT, source)]) {
      const { bytes, mtimeMs } = (await statFile(file)) ?? {};
      hash.update(`${path.relative(ROOT, file)} ${bytes ?? ''} ${mtimeMs ?? ''}\n`);
    }
  }
  return hash.digest('hex');
}
