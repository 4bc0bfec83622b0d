// Sounds that Debian packages ship, unpacked into the cache without installing anything. Node.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { aptUnpack } from '../../../scripts/lib/apt.mjs';
import { statFile } from '../../../scripts/lib/files.mjs';
import { CACHE_DIR } from '../../../scripts/lib/paths.mjs';
import type { PackageName } from './clip.ts';

/** Where the suite keeps everything that is not a result; safe to delete. */
export const TURNS_CACHE_DIR: string = path.join(CACHE_DIR, 'turns');

/** By the packages' own copyright files. */
export const PACKAGE_LICENCES: Readonly<Record<PackageName, string>> = {
  'asterisk-core-sounds-en-wav': 'CC-BY-SA-3.0, Allison Smith, paid for by Digium',
  'asterisk-moh-opsound-wav': 'CC-BY-SA-3.0, Paul Shuler (Macroform)',
  'bucklespring-data': 'GPL-2.0-or-later, Ico Doornekamp',
};

/** The folder that holds the package's files; rejects saying why it cannot be had. */
export async function unpackedPackage(name: PackageName): Promise<string> {
  const folder = path.join(TURNS_CACHE_DIR, 'packages', name);
  if ((await statFile(path.join(folder, 'usr'))) !== null) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const problem = await aptUnpack(name, folder);
  if (problem !== '') throw new Error(`sounds of ${name}: ${problem}`);
  return folder;
}
