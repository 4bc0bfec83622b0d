// Publishes another version of a built site, as a host would have it after the next build. Node.
import { createHash } from 'node:crypto';
import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The script of its speak worker, in the place of one whose name is returned. */
export const NEXT_SPEAK_SCRIPT = 'speak.worker-next.js';

/**
 * With the title "Next", and with another name for the script of the speak worker. Resolves with the name that this
 * had, which the host no longer has. Rejects when the site is not as it is built.
 */
export async function publishNextVersion(site: string): Promise<string> {
  const assets = path.join(site, 'assets');
  const names = await readdir(assets);
  const speak = names.find((name) => name.startsWith('speak.worker')) ?? '';
  const main = names.find((name) => /^index-.*\.js$/u.test(name)) ?? '';
  const script = path.join(site, 'service-worker.js');
  const replace = async (file: string, change: readonly [string, string]): Promise<void> => {
    const [before, after] = await replaceIn(file, change);
    await replaceIn(script, [toIntegrity(before), toIntegrity(after)]);
  };
  await rename(path.join(assets, speak), path.join(assets, NEXT_SPEAK_SCRIPT));
  await replaceIn(script, [speak, NEXT_SPEAK_SCRIPT]);
  await replace(path.join(assets, main), [speak, NEXT_SPEAK_SCRIPT]);
  await replace(path.join(site, 'index.html'), ['<title>Parley</title>', '<title>Next</title>']);
  return speak;
}

async function replaceIn(
  file: string,
  change: readonly [string, string],
): Promise<[before: string, after: string]> {
  const before = await readFile(file, 'utf8');
  const after = before.replaceAll(...change);
  if (after === before) throw new Error(`${file} does not have ${change[0]}.`);
  await writeFile(file, after);
  return [before, after];
}

const toIntegrity = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`;
