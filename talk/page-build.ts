// Builds the pages of a rig when their sources changed. Node.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { listFiles, statFile } from '../scripts/lib/files.mjs';
import { BUILD_STATE_DIR, ROOT } from '../scripts/lib/paths.mjs';

export interface PageBuild {
  /** Of its folder and its stamp below the build folder. */
  readonly name: string;
  /** The bundler's configuration, which must put the pages into that folder. */
  readonly configFile: string;
  /** Everything the pages are made of; folders with all below them. */
  readonly sources: readonly string[];
}

/** Sources of whatever runs the product in a page. */
export const PRODUCT_SOURCES: readonly string[] = [
  ...['src', 'workers', 'public'],
  ...['vite.config.ts', 'package-lock.json'],
];

const TALK: PageBuild = {
  name: 'talk',
  configFile: 'talk/vite.config.ts',
  sources: [
    ...PRODUCT_SOURCES,
    ...['talk/page', 'talk/listen', 'talk/speak', 'talk/vite.config.ts'],
  ],
};

/** Where the built page lies. */
export const PAGE_DIR: string = path.join(BUILD_STATE_DIR, TALK.name);

/** The pages of `talk`; rejects when the bundler fails. */
export function ensurePage(): Promise<void> {
  return ensurePages(TALK);
}

/** Builds unless what is there was made of these very sources. Rejects when the bundler fails. */
export async function ensurePages({ name, configFile, sources }: PageBuild): Promise<void> {
  const stampFile = path.join(BUILD_STATE_DIR, `${name}-fingerprint`);
  const wanted = await fingerprint(sources);
  const built = await readFile(stampFile, 'utf8').catch(() => '');
  if (built === wanted && (await statFile(path.join(BUILD_STATE_DIR, name))) !== null) return;
  await build({ configFile: path.join(ROOT, configFile), logLevel: 'warn' });
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  await writeFile(stampFile, wanted);
}

/** Sizes and times of all sources: cheap enough for every run. */
async function fingerprint(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const found = await listFiles(path.join(ROOT, source));
    for (const file of found.length > 0 ? found : [path.join(ROOT, source)]) {
      const { bytes, mtimeMs } = (await statFile(file)) ?? {};
      hash.update(`${path.relative(ROOT, file)} ${bytes ?? ''} ${mtimeMs ?? ''}\n`);
    }
  }
  return hash.digest('hex');
}
