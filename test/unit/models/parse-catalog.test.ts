// The catalogue that ships, and what is refused. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findFile, findModel, modelBytes } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const shipped: unknown = JSON.parse(
  await readFile(path.join(import.meta.dirname, '../../../public/models/catalog.json'), 'utf8'),
);

const SHA = 'a'.repeat(64);

function createJson(change: { model?: object; file?: object } = {}): unknown {
  const file = { name: 'a.onnx', bytes: 3, sha256: SHA, sources: [], ...change.file };
  const model = {
    id: 'a',
    name: 'A',
    task: 'vad',
    licence: 'MIT',
    note: '',
    languages: ['en'],
    backends: ['wasm'],
    preload: true,
    files: [file],
    ...change.model,
  };
  return { version: 1, models: [model] };
}

test('the shipped catalogue is valid, and every file that is fetched unasked can be had without a model hub', () => {
  const catalog = parseCatalog(shipped);
  const files = catalog.models.filter(({ preload }) => preload).flatMap((model) => model.files);
  expect(files.every(({ sources }) => sources.some(({ kind }) => kind !== 'url'))).toBe(true);
  expect(catalog.models.filter(({ preload }) => preload).map(({ id }) => id)).toEqual([
    'silero-vad',
    'moonshine-tiny-en',
    'smollm2-135m-instruct',
    'kokoro-82m',
    'kokoro-voices-en',
    'english-phonemes',
    'piper-en-us-joe',
    'flite-en',
    'smart-turn-v3.2',
  ]);
});

test('the shipped Kokoro model has the hash of its upstream release', () => {
  const kokoro = findModel(parseCatalog(shipped), 'kokoro-82m');
  expect(findFile(kokoro, 'kokoro-v1.0.int8.onnx')).toMatchObject({
    bytes: 92_361_271,
    sha256: '6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb',
  });
  expect(modelBytes(kokoro)).toBe(92_361_271 + 1155);
});

test.each([
  ['models.0.task', { model: { task: 'poetry' } }],
  ['models.0.id', { model: { id: '../secret' } }],
  ['models.0.files', { model: { files: [] } }],
  ['models.0.files.0.name', { file: { name: '.hidden' } }],
  ['models.0.files.0.name', { file: { name: 'a/b' } }],
  ['models.0.files.0.bytes', { file: { bytes: 0 } }],
  ['models.0.files.0.sha256', { file: { sha256: 'A'.repeat(64) } }],
  ['models.0.files.0.sources.0', { file: { sources: [{ kind: 'ftp' }] } }],
  [
    'models.0.files.0.sources.0',
    { file: { sources: [{ kind: 'made', maker: 'nobody', argument: 'a', parts: [] }] } },
  ],
])('a wrong value is named by its path: %s', (path_, change) => {
  expect(() => parseCatalog(createJson(change))).toThrow(
    expect.objectContaining({
      code: 'invalid-data',
      details: { what: 'model catalogue', reason: expect.stringContaining(path_) as string },
    }),
  );
});

test('two models of one id, and values that are no catalogue, are refused', () => {
  const { models } = createJson() as { models: unknown[] };
  expect(() => parseCatalog({ version: 1, models: [...models, ...models] })).toThrow(
    'models: must not use an id twice',
  );
  expect(() => parseCatalog(null)).toThrow('the whole');
  expect(() => parseCatalog({ version: 2, models })).toThrow('version');
});

test('an unknown model or file is named with the known ones', () => {
  const catalog = parseCatalog(createJson());
  expect(() => findModel(catalog, 'b')).toThrow('No model "b" in the catalogue. Known models: a.');
  expect(() => findFile(findModel(catalog, 'a'), 'b')).toThrow('Its files: a.onnx.');
});
