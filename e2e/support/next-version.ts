// Publishes another version of a built site, as a host would have it after the next build. Node.
import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listShellFiles } from '../../scripts/lib/installable.mjs';

/** The script of its speak worker, in the place of one whose name is returned. */
export const NEXT_SPEAK_SCRIPT = 'speak.worker-nextnext.js';
/** Its runtime of llama.cpp. */
export const NEXT_RUNTIME = 'wllama-nextnext.wasm';
/** In its catalogue, and in no other. */
export const NEXT_NOTE = 'As of the next version.';

/** A custom section that says nothing: the same module, with other bytes. */
const WASM_SECTION = Uint8Array.of(0, 2, 1, 0x78);

export interface OldFiles {
  readonly speakScript: string;
  readonly runtime: string;
}

/**
 * With the title "Next", another catalogue, and other files for the page's script, two workers and a runtime: as after
 * every build, what has other content has another name. Resolves with the old names, of files that the host no
 * longer has. Rejects when the site is not as it is built.
 */
export async function publishNextVersion(site: string): Promise<OldFiles> {
  const oldFiles = await findFiles(site);
  const { speakScript, runtime } = oldFiles;
  const assets = path.join(site, 'assets');
  await append(path.join(assets, speakScript), new TextEncoder().encode('\n// Next.\n'));
  await append(path.join(assets, runtime), WASM_SECTION);
  await renameAsset(site, runtime);
  // Whoever names a file that was renamed has other content, too.
  for (const start of ['think.worker', 'speak.worker', 'index']) {
    await renameAsset(site, await findAsset(site, start, '.js'));
  }
  await replaceIn(path.join(site, 'index.html'), '<title>Parley</title>', '<title>Next</title>');
  await changeCatalog(site, (models) => models.map((model) => ({ ...model, note: NEXT_NOTE })));
  return oldFiles;
}

interface ListedModel {
  readonly id: string;
  readonly note: string;
}

/** The service worker is told of it. */
export async function changeCatalog(
  site: string,
  change: (models: readonly ListedModel[]) => readonly ListedModel[],
): Promise<void> {
  const file = path.join(site, 'models', 'catalog.json');
  const catalog = JSON.parse(await readFile(file, 'utf8')) as { models: ListedModel[] };
  await writeFile(file, JSON.stringify({ ...catalog, models: change(catalog.models) }));
  await writeList(site);
}

/** Those that the next version has others for. */
export async function findFiles(site: string): Promise<OldFiles> {
  return {
    speakScript: await findAsset(site, 'speak.worker', '.js'),
    runtime: await findAsset(site, 'wllama', '.wasm'),
  };
}

async function findAsset(site: string, start: string, end: string): Promise<string> {
  const names = await readdir(path.join(site, 'assets'));
  const name = names.find((each) => each.startsWith(`${start}-`) && each.endsWith(end));
  if (name === undefined) throw new Error(`${site} has no ${start}.`);
  return name;
}

/** With another hash in its name, in all files that name it. */
async function renameAsset(site: string, name: string): Promise<void> {
  const next = name.replace(/-[\w-]{8}(\.\w+)$/u, '-nextnext$1');
  const assets = path.join(site, 'assets');
  await rename(path.join(assets, name), path.join(assets, next));
  const scripts = (await readdir(assets)).filter((each) => each.endsWith('.js'));
  const files = scripts.map((script) => path.join(assets, script));
  for (const file of [...files, path.join(site, 'index.html')]) {
    const text = await readFile(file, 'utf8');
    if (text.includes(name)) await writeFile(file, text.replaceAll(name, next));
  }
}

/** The service worker lists the files as they are now. */
async function writeList(site: string): Promise<void> {
  const file = path.join(site, 'service-worker.js');
  const script = await readFile(file, 'utf8');
  const list = JSON.stringify(await listShellFiles(site));
  const next = script.replace(/\[\{url:`[^[\]]*\}\]/u, () => list);
  if (next === script) throw new Error(`${file} has no list of files.`);
  await writeFile(file, next);
}

async function append(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, Buffer.concat([await readFile(file), bytes]));
}

async function replaceIn(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(before)) throw new Error(`${file} does not have ${before}.`);
  await writeFile(file, text.replaceAll(before, after));
}
