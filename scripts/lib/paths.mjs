// Where things lie in the checkout: every folder the scripts read or write. Node.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
/** Weights, one folder per catalogue model; ignored by git, served at `/models/`. */
export const MODELS_DIR = path.join(ROOT, '.models');
/** Everything else that was fetched; safe to delete. */
export const CACHE_DIR = path.join(ROOT, '.cache');
/** WAV files with known text, served to browser tests at `/recordings/`. */
export const RECORDINGS_DIR = path.join(CACHE_DIR, 'recordings');
/** Stamps and test results of this machine. */
export const BUILD_STATE_DIR = path.join(ROOT, '.build');
/** The built app. */
export const DIST_DIR = path.join(ROOT, 'dist');

/** The script of a tool that the lockfile installs, run with this Node rather than by a shell. */
export const TOOLS = {
  asc: path.join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js'),
  vite: path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'),
  vitest: path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
  eslint: path.join(ROOT, 'node_modules', 'eslint', 'bin', 'eslint.js'),
  prettier: path.join(ROOT, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
  playwright: path.join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js'),
  tsx: path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'),
};
