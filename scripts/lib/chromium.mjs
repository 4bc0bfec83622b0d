// Finds a Chromium for browser tests and the talk command, or installs Debian's. Node.
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { aptInstall } from './apt.mjs';
import { SetupError } from './setup-error.mjs';

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/** Where installers put it when it is not on PATH. */
const WELL_KNOWN = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder === undefined ? [] : [path.join(folder, 'Google/Chrome/Application/chrome.exe')];
  }),
};

/** Inside one of Playwright's `chromium-<revision>` folders; the names differ by version. */
const IN_PLAYWRIGHT = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-linux-arm64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-win/chrome.exe',
  'chrome-win64/chrome.exe',
];

/**
 * In this order: the environment's PARLEY_CHROMIUM, PATH, well-known places, Playwright's cache.
 * @returns {Promise<string | null>} an executable file; null when there is none
 */
export async function findChromium() {
  const chosen = process.env['PARLEY_CHROMIUM'];
  if (chosen !== undefined && chosen !== '') {
    if (await isExecutable(chosen)) return chosen;
    throw new SetupError(`PARLEY_CHROMIUM names ${chosen}, which is no executable file`);
  }
  for (const candidate of [...onPath(), ...wellKnown(), ...(await inPlaywrightCache())]) {
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

/**
 * Finds one or installs it where that needs no password.
 * @returns {Promise<string>} rejects with a SetupError that says how to get one
 */
export async function ensureChromium() {
  const found = await findChromium();
  if (found !== null) return found;
  console.log('No Chromium found; installing the Debian package ...');
  const problem = await aptInstall(['chromium']);
  const installed = await findChromium();
  if (installed !== null) return installed;
  throw new SetupError(
    `No Chromium: ${problem}.\nInstall Chromium or Chrome, or run "npx playwright install ` +
      'chromium", or name one in the environment variable PARLEY_CHROMIUM.',
  );
}

function onPath() {
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '');
  return COMMANDS.flatMap((command) => folders.map((folder) => path.join(folder, command)));
}

function wellKnown() {
  const { platform } = process;
  return platform === 'darwin' || platform === 'win32' ? WELL_KNOWN[platform] : [];
}

async function inPlaywrightCache() {
  const cache = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? playwrightCache();
  const folders = (await readdir(cache).catch(() => []))
    .filter((name) => /^chromium-\d+$/u.test(name))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return folders.flatMap((folder) => IN_PLAYWRIGHT.map((file) => path.join(cache, folder, file)));
}

function playwrightCache() {
  if (process.platform === 'darwin') return path.join(homedir(), 'Library/Caches/ms-playwright');
  if (process.platform === 'win32') return path.join(homedir(), 'AppData/Local/ms-playwright');
  return path.join(homedir(), '.cache', 'ms-playwright');
}

/** @param {string} file */
async function isExecutable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
