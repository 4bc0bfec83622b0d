// A model of one's own in the catalogue: measured, licensed, and accepted by the app. Node.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addModel } from '../../../scripts/lib/add-model.mjs';
import { MODEL_TASKS } from '../../../src/models/catalog.ts';
import type { ModelCatalog } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const CONTENT = Buffer.from('a model of our own');
const EMPTY = { version: 1, models: [] } as const;

const server = createServer(({ url }, response) => {
  const isPage = url === '/page.gguf';
  response.statusCode = url === '/missing.gguf' ? 404 : 200;
  response.setHeader('Content-Type', isPage ? 'text/html' : 'application/octet-stream');
  response.end(CONTENT);
});
let origin = '';
let folder = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-add-'));
});
afterEach(() => rm(folder, { recursive: true }));

const quiet = { write: () => undefined };
const add = (catalog: ModelCatalog, what: ReturnType<typeof model>) =>
  addModel(catalog, what, { modelsDir: folder, output: quiet });

const model = (change: object = {}) => ({
  ...{ urls: [`${origin}/own.gguf?download=true`], id: 'own', task: 'llm', licence: 'Apache-2.0' },
  ...change,
});

test('writes an entry with size, checksum, source and licence, and keeps the file', async () => {
  const catalog = parseCatalog(await add(EMPTY, model()));
  expect(catalog.models).toMatchObject([
    {
      ...{ id: 'own', name: 'own', task: 'llm', licence: 'Apache-2.0', preload: false },
      files: [
        {
          name: 'own.gguf',
          bytes: CONTENT.length,
          sha256: createHash('sha256').update(CONTENT).digest('hex'),
          sources: [{ kind: 'url', url: `${origin}/own.gguf?download=true` }],
        },
      ],
    },
  ]);
  expect(await readFile(path.join(folder, 'own', 'own.gguf'))).toEqual(CONTENT);
});

test('takes a model of several files', async () => {
  const urls = ['encoder.onnx', 'decoder.onnx', 'tokens.txt'].map((name) => `${origin}/${name}`);
  const { models } = parseCatalog(await add(EMPTY, model({ urls, task: 'stt' })));
  expect(models[0]?.files.map(({ name, sources }) => [name, sources])).toEqual([
    ['encoder.onnx', [{ kind: 'url', url: urls[0] }]],
    ['decoder.onnx', [{ kind: 'url', url: urls[1] }]],
    ['tokens.txt', [{ kind: 'url', url: urls[2] }]],
  ]);
  expect((await readdir(path.join(folder, 'own'))).sort()).toEqual([
    ...['decoder.onnx', 'encoder.onnx', 'tokens.txt'],
  ]);
});

test.each(MODEL_TASKS)('knows the task %s', async (task) => {
  const { models } = await add(EMPTY, model({ task }));
  expect(models[0]?.task).toBe(task);
});

test.each([
  ['no licence', { licence: ' ' }, '--licence is missing'],
  ['an unknown task', { task: 'dance' }, '--task must be one of'],
  ['an id that is a path', { id: '../own' }, '--id ../own'],
  ['an address without a file', { urls: ['http://localhost/'] }, 'name of a file'],
  ['no address', { urls: [] }, 'the address of each of the files'],
  ['two files of one name', { urls: ['http://a/x.onnx', 'http://b/x.onnx'] }, 'end in x.onnx'],
])('refuses %s', async (_, change, message) => {
  await expect(add(EMPTY, model(change))).rejects.toThrow(message);
});

test('refuses an id that is taken', async () => {
  const catalog = await add(EMPTY, model());
  await expect(add(catalog, model())).rejects.toThrow('has a model "own" already');
});

test.each([
  ['missing.gguf', 'was answered with 404'],
  ['page.gguf', 'is a web page'],
])('leaves nothing behind of %s', async (name, message) => {
  const urls = [`${origin}/own.gguf`, `${origin}/${name}`];
  await expect(add(EMPTY, model({ urls }))).rejects.toThrow(message);
  expect(await readdir(path.join(folder, 'own'))).toEqual([]);
});
