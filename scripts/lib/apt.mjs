// Installs Debian packages where that is possible, or says why it is not. Node.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { quoteOutput, runCommand } from './command.mjs';

const APT_LIMIT_MS = 10 * 60_000;
const NO_PROMPTS = { DEBIAN_FRONTEND: 'noninteractive' };

/**
 * @param {readonly string[]} packages
 * @returns {Promise<string>} why they were not installed; empty on success
 */
export async function aptInstall(packages) {
  if (process.platform !== 'linux') return 'only Debian and Ubuntu can install it from here';
  if (process.getuid?.() !== 0) return `not root; run: sudo apt-get install ${packages.join(' ')}`;
  const update = await runApt(['update', '-q']);
  if (update.isMissing) return 'no apt-get on this machine';
  const install = await runApt(['install', '-y', '-q', '--no-install-recommends', ...packages]);
  if (install.code === 0) return '';
  return `apt-get install failed: ${quoteOutput(install)}`;
}

/**
 * Unpacks a package's files into a folder of our own: needs no root.
 * @param {string} name
 * @param {string} folder existing and empty
 * @returns {Promise<string>} why it failed; empty on success
 */
export async function aptUnpack(name, folder) {
  const download = await runApt(['download', '-q', name], folder);
  if (download.isMissing) return 'no apt-get on this machine';
  const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
  if (archive === undefined) return `apt-get download failed: ${quoteOutput(download)}`;
  const unpack = await runCommand('dpkg', ['-x', path.join(folder, archive), folder]);
  return unpack.code === 0 ? '' : `dpkg -x failed: ${quoteOutput(unpack)}`;
}

/**
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function runApt(args, cwd) {
  const options = { env: NO_PROMPTS, limitMs: APT_LIMIT_MS };
  return runCommand('apt-get', args, cwd === undefined ? options : { ...options, cwd });
}
