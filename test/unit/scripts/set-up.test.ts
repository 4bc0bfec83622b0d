// What the set-up takes for done, and where it looks. Node.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chooseModels } from '../../../scripts/lib/catalog.mjs';
import { findChromium } from '../../../scripts/lib/chromium.mjs';
import { isInstalled } from '../../../scripts/lib/dependencies.mjs';
import { parseTranscription } from '../../../scripts/lib/recordings.mjs';
import type { ModelCatalog } from '../../../src/models/catalog.ts';

describe('dependencies are installed', () => {
  const wanted = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/only-for-another-platform': { version: '1.0.0', optional: true },
    },
  };

  test.each([
    ['when npm recorded every version', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['not when a version differs', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['not when one is missing', {}, false],
  ])('%s', (_, packages, expected) => {
    expect(isInstalled(wanted, { packages })).toBe(expected);
  });

  test('not without a record', () => {
    expect(isInstalled(wanted, null)).toBe(false);
  });
});

describe('Chromium', () => {
  let folder = '';
  beforeEach(async ({ skip }) => {
    skip(process.platform === 'win32', 'its programs are found otherwise on Windows');
    folder = await mkdtemp(path.join(tmpdir(), 'parley-chromium-'));
    vi.stubEnv('PARLEY_CHROMIUM', '');
    vi.stubEnv('PATH', path.join(folder, 'bin'));
    vi.stubEnv('PLAYWRIGHT_BROWSERS_PATH', path.join(folder, 'playwright'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    if (folder !== '') await rm(folder, { recursive: true });
  });

  async function createProgram(...segments: string[]): Promise<string> {
    const file = path.join(folder, ...segments);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
    await chmod(file, 0o755);
    return file;
  }

  test('is the one that the environment names, before all others', async () => {
    await createProgram('bin', 'chromium');
    const chosen = await createProgram('mine');
    vi.stubEnv('PARLEY_CHROMIUM', chosen);
    expect(await findChromium()).toBe(chosen);
  });

  test('is not silently another one when the environment names none that runs', async () => {
    await createProgram('bin', 'chromium');
    vi.stubEnv('PARLEY_CHROMIUM', '/no/such/file');
    await expect(findChromium()).rejects.toThrow('PARLEY_CHROMIUM names /no/such/file');
  });

  test('is looked for on PATH by its names, chromium first', async () => {
    const chrome = await createProgram('bin', 'google-chrome');
    expect(await findChromium()).toBe(chrome);
    const chromium = await createProgram('bin', 'chromium');
    expect(await findChromium()).toBe(chromium);
  });

  test("is else Playwright's newest", async ({ skip }) => {
    skip(process.platform !== 'linux', 'the folders are those of Linux');
    await createProgram('playwright', 'chromium-999', 'chrome-linux', 'chrome');
    await createProgram('playwright', 'chromium-1100', 'chrome-linux', 'chrome');
    const newest = await createProgram('playwright', 'chromium-1200', 'chrome-linux64', 'chrome');
    await createProgram('playwright', 'chromium_headless_shell-1300', 'chrome-linux', 'chrome');
    expect(await findChromium()).toBe(newest);
  });
});

test('transcripts are read from lines of words and file name', () => {
  const text = '<s> ten of clubs  </s> (001)\nno transcript\n<s> five five </s> (004)\n';
  expect(parseTranscription(text)).toEqual([
    { name: '001', words: 'ten of clubs' },
    { name: '004', words: 'five five' },
  ]);
});

test('models are chosen by id, by the preload mark, or all; an unknown id is named', () => {
  const models = [
    { id: 'a', preload: true },
    { id: 'b', preload: false },
  ];
  const catalog = { version: 1, models } as unknown as ModelCatalog;
  const idsOf = (choice: Parameters<typeof chooseModels>[1]): string[] =>
    chooseModels(catalog, choice).map(({ id }) => id);
  expect(idsOf({})).toEqual(['a']);
  expect(idsOf({ ids: ['b'] })).toEqual(['b']);
  expect(idsOf({ all: true })).toEqual(['a', 'b']);
  expect(() => idsOf({ ids: ['c'] })).toThrow('No model "c" in the catalogue. Known models: a, b.');
});
