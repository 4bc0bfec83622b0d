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

const model = (change: object = {}) => ({
  ...{ url: `${origin}/own.gguf?download=true`, id: 'own', task: 'llm', licence: 'Apache-2.0' },
  ...change,
});

test('writes an entry with size, checksum, source and licence, and keeps the file', async () => {
  const catalog = parseCatalog(await addModel(EMPTY, model(), folder));
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

test.each(MODEL_TASKS)('knows the task %s', async (task) => {
  const { models } = await addModel(EMPTY, model({ task }), folder);
  expect(models[0]?.task).toBe(task);
});

test.each([
  ['no licence', { licence: ' ' }, '--licence is missing'],
  ['an unknown task', { task: 'dance' }, '--task must be one of'],
  ['an id that is a path', { id: '../own' }, '--id ../own'],
  ['an address without a file', { url: 'http://localhost/' }, 'name of a file'],
])('refuses %s', async (_, change, message) => {
  await expect(addModel(EMPTY, model(change), folder)).rejects.toThrow(message);
});

test('refuses an id that is taken', async () => {
  const catalog = await addModel(EMPTY, model(), folder);
  await expect(addModel(catalog, model(), folder)).rejects.toThrow('has a model "own" already');
});

test.each([
  ['missing.gguf', 'was answered with 404'],
  ['page.gguf', 'is a web page'],
])('leaves nothing behind of %s', async (name, message) => {
  const url = `${origin}/${name}`;
  await expect(addModel(EMPTY, model({ url }), folder)).rejects.toThrow(message);
  expect(await readdir(path.join(folder, 'own'))).toEqual([]);
});
