// Weights put beside the built app in parts: sizes, digests, and a catalogue that the app accepts. Node.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyModels, parseSize, splitModels } from '../../../scripts/lib/publish-models.mjs';
import type { ModelCatalog } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const LARGE = Uint8Array.from({ length: 250 }, (_, index) => index);
const SMALL = Uint8Array.of(1, 2, 3);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-publish-'));
  await mkdir(path.join(folder, 'from', 'm'), { recursive: true });
  await writeFile(path.join(folder, 'from', 'm', 'large.bin'), LARGE);
  await writeFile(path.join(folder, 'from', 'm', 'small.bin'), SMALL);
});
afterEach(() => rm(folder, { recursive: true }));

function createCatalog(): ModelCatalog {
  const toFile = (name: string, bytes: Uint8Array) => ({
    ...{ name, bytes: bytes.length, sha256: sha256(bytes), sources: [] },
  });
  const model = {
    ...{ id: 'm', name: 'M', task: 'vad', licence: 'MIT', note: '', preload: false },
    ...{ languages: ['*'], backends: ['wasm'] },
    files: [toFile('large.bin', LARGE), toFile('small.bin', SMALL)],
  };
  return parseCatalog({ version: 1, models: [model, { ...model, id: 'other' }] });
}

test('splits what is too large, and nothing else', async () => {
  const from = path.join(folder, 'from');
  const catalog = await splitModels(createCatalog(), { ids: ['m'], partBytes: 100, from });
  const [model, other] = parseCatalog(JSON.parse(JSON.stringify(catalog))).models;
  expect(model?.files[0]?.parts?.map(({ bytes }) => bytes)).toEqual([100, 100, 50]);
  expect(model?.files[1]?.parts).toBeUndefined();
  expect(other?.files[0]?.parts).toBeUndefined();
  const to = path.join(folder, 'to');
  expect(await copyModels(model === undefined ? [] : [model], { from, to })).toBe(253);
  const parts = model?.files[0]?.parts ?? [];
  expect((await readdir(path.join(to, 'm'))).sort()).toEqual(
    [...parts.map(({ name }) => name), 'small.bin'].sort(),
  );
  const read = await Promise.all(parts.map(({ name }) => readFile(path.join(to, 'm', name))));
  expect(read.map(sha256)).toEqual(parts.map((part) => part.sha256));
  expect(new Uint8Array(Buffer.concat(read))).toEqual(LARGE);
});

test('a catalogue whose parts do not make up the file is refused', () => {
  const catalog = createCatalog();
  const [model] = catalog.models;
  const part = { name: 'large.bin.part1', bytes: 249, sha256: sha256(LARGE) };
  const files = [{ ...model?.files[0], parts: [part] }];
  expect(() => parseCatalog({ ...catalog, models: [{ ...model, files }] })).toThrow(
    'must be as long as its parts together',
  );
});

test.each([
  ['24MiB', 24 * 1024 ** 2],
  ['64KiB', 64 * 1024],
])('reads %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each(['24', '24MB', '1KiB', '-1MiB'])('refuses %s', (text) => {
  expect(() => parseSize(text)).toThrow('is no size for parts');
});
