// Makes node_modules match the lockfile, by npm's own record of what it installed. Node.
import path from 'node:path';
import { readJson } from './files.mjs';
import { quoteOutput, runNpm } from './command.mjs';
import { ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/** @typedef {{ packages?: Record<string, { version?: string; optional?: boolean }> }} Lockfile */

/**
 * Runs `npm ci` when a package of the lockfile is missing or of another version.
 * @returns {Promise<void>} rejects with a SetupError
 */
export async function ensureDependencies() {
  const wanted = /** @type {Lockfile | null} */ (
    await readJson(path.join(ROOT, 'package-lock.json'))
  );
  const installed = /** @type {Lockfile | null} */ (
    await readJson(path.join(ROOT, 'node_modules', '.package-lock.json'))
  );
  if (wanted === null) throw new SetupError('package-lock.json is missing or broken');
  if (isInstalled(wanted, installed)) return;
  console.log('Installing dependencies (npm ci) ...');
  const result = await runNpm(['ci'], { cwd: ROOT });
  if (result.code !== 0) throw new SetupError(`npm ci failed: ${quoteOutput(result)}`);
}

/**
 * Optional packages are for one platform each, so most of them are rightly absent.
 * @param {Lockfile} wanted
 * @param {Lockfile | null} installed npm's record in node_modules; null when there is none
 * @returns {boolean}
 */
export function isInstalled(wanted, installed) {
  if (installed === null) return false;
  return Object.entries(wanted.packages ?? {}).every(([location, { version, optional }]) => {
    const isRoot = location === '';
    return isRoot || optional === true || installed.packages?.[location]?.version === version;
  });
}
