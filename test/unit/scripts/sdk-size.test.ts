import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { BUILD_STATE_DIR, ROOT } from '../../../scripts/lib/paths.mjs';
import { checkSdk, measureSdk, SDK_LIMIT_BYTES } from '../../../scripts/lib/sdk-size.mjs';

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the SDK is small, and holds no model library', async () => {
  const size = await measureSdk();
  expect(size.libraries).toEqual([]);
  expect(size.gzipBytes).toBeGreaterThan(5_000);
  expect(() => checkSdk(size)).not.toThrow();
});

test('a model library in it, or too many bytes, is an error', async () => {
  await mkdir(BUILD_STATE_DIR, { recursive: true });
  folder = await mkdtemp(path.join(BUILD_STATE_DIR, 'sdk-'));
  const entry = path.join(folder, 'entry.ts');
  const api = path.join(ROOT, 'src', 'index.ts');
  await writeFile(
    entry,
    `export * from ${JSON.stringify(api)};\nexport { phonemize } from 'phonemizer';\n`,
  );
  const size = await measureSdk(entry);
  expect(size.libraries).toEqual(['phonemizer']);
  expect(() => checkSdk(size)).toThrow('phonemizer');
  expect(() => checkSdk({ gzipBytes: SDK_LIMIT_BYTES + 1, libraries: [] })).toThrow('35.0');
});
