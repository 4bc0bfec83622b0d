// The fetcher against a server of its own that misbehaves in every way a host can. Node.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchModels } from '../../../scripts/lib/fetch-models.mjs';
import type { CatalogModel, ModelSource } from '../../../src/models/catalog.ts';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 253));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let folder = '';
let server: Server;
let baseUrl = '';
let answers: Answer[] = [];
let ranges: (string | undefined)[] = [];
let lines = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-models-'));
  answers = [];
  ranges = [];
  lines = '';
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const answer = answers.shift() ?? sendAll;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** What a proper server does, ranges included. */
const sendAll: Answer = (request, response) => {
  const start = Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'Content-Length': CONTENT.length - start,
    ...(start > 0
      ? { 'Content-Range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` }
      : {}),
  });
  response.end(CONTENT.subarray(start));
};

/** Sends some bytes, then cuts the line. */
const sendThenCut =
  (bytes: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'Content-Length': CONTENT.length });
    response.write(CONTENT.subarray(0, bytes), () => setImmediate(() => response.destroy()));
  };

const sendStatus =
  (status: number): Answer =>
  (_, response) =>
    void response.writeHead(status).end('no');

function createModel(sources: readonly ModelSource[]): CatalogModel {
  return {
    id: 'm',
    name: 'M',
    task: 'vad',
    licence: 'MIT',
    note: '',
    languages: ['*'],
    backends: ['wasm'],
    preload: true,
    files: [{ name: 'a.bin', bytes: CONTENT.length, sha256: SHA256, sources }],
  };
}

const fromUrl = (name = 'a.bin'): ModelSource => ({ kind: 'url', url: `${baseUrl}/${name}` });

function run(
  options: Parameters<typeof fetchModels>[1] = {},
  sources: readonly ModelSource[] = [fromUrl()],
): ReturnType<typeof fetchModels> {
  return fetchModels([createModel(sources)], {
    modelsDir: path.join(folder, 'models'),
    cacheDir: path.join(folder, 'cache'),
    output: { write: (text: string) => (lines += text) },
    download: { stallMs: 5_000, retryDelayMs: 0 },
    ...options,
  });
}

const hasContent = async (): Promise<boolean> =>
  CONTENT.equals(await readFile(path.join(folder, 'models', 'm', 'a.bin')));
const filesLeft = (): Promise<string[]> => readdir(path.join(folder, 'models', 'm'));

test('fetches a file once; the second run neither asks the server nor reads the file', async () => {
  expect(await run()).toEqual({ fetched: 1, present: 0 });
  expect(await hasContent()).toBe(true);
  expect(await filesLeft()).toEqual(['.verified.json', 'a.bin']);
  expect(await run()).toEqual({ fetched: 0, present: 1 });
  expect(ranges).toEqual([undefined]);
});

test('--force fetches again', async () => {
  await run();
  expect(await run({ force: true })).toEqual({ fetched: 1, present: 0 });
  expect(ranges).toHaveLength(2);
});

test('a file that changed since it was verified is fetched again', async () => {
  await run();
  const file = path.join(folder, 'models', 'm', 'a.bin');
  const { mtime } = await stat(file);
  await writeFile(file, Buffer.alloc(CONTENT.length));
  await utimes(file, mtime, new Date(mtime.getTime() + 5_000));
  expect(await run()).toEqual({ fetched: 1, present: 0 });
  expect(await hasContent()).toBe(true);
});

test('a right file without a stamp is taken as it is', async () => {
  await mkdir(path.join(folder, 'models', 'm'), { recursive: true });
  await writeFile(path.join(folder, 'models', 'm', 'a.bin'), CONTENT);
  expect(await run({ offline: true })).toEqual({ fetched: 0, present: 1 });
});

describe('resume', () => {
  test('goes on where the line was cut', async () => {
    answers = [sendThenCut(100_000)];
    await run();
    expect(await hasContent()).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=100000-']);
  });

  test('goes on where an earlier run ended', async () => {
    answers = [sendThenCut(100_000), sendStatus(503), sendStatus(503), sendStatus(503)];
    await expect(run()).rejects.toThrow('HTTP 503');
    expect(await filesLeft()).toEqual(['.a.bin.part']);
    await run();
    expect(await hasContent()).toBe(true);
    expect(ranges.at(-1)).toBe('bytes=100000-');
  });

  test('starts over where the server knows no ranges', async () => {
    answers = [sendThenCut(100_000), (_, response) => void response.writeHead(200).end(CONTENT)];
    await run();
    expect(await hasContent()).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=100000-']);
  });

  test('starts over once when the first bytes were of another file', async () => {
    await mkdir(path.join(folder, 'models', 'm'), { recursive: true });
    await writeFile(path.join(folder, 'models', 'm', '.a.bin.part'), Buffer.alloc(1_000));
    await run();
    expect(await hasContent()).toBe(true);
    expect(ranges).toEqual(['bytes=1000-', undefined]);
  });
});

describe('failures name the file, every source and the reason', () => {
  test('HTTP 404 is not tried again', async () => {
    answers = [sendStatus(404)];
    await expect(run()).rejects.toThrow(
      `1 of 1 model files could not be fetched:\n  m/a.bin\n    - ${baseUrl}/a.bin: HTTP 404`,
    );
    expect(ranges).toHaveLength(1);
  });

  test('an HTML page instead of the model', async () => {
    answers = [
      (_, response) =>
        void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>'),
    ];
    await expect(run()).rejects.toThrow('an HTML page came instead of the file');
  });

  test('a file of another size', async () => {
    answers = [(_, response) => void response.writeHead(200, { 'Content-Length': 5 }).end('12345')];
    await expect(run()).rejects.toThrow("the server's file has 5 bytes, expected 300000");
  });

  test('other bytes of the same size; nothing of them stays', async () => {
    const other = Buffer.alloc(CONTENT.length);
    answers = [(_, response) => void response.writeHead(200).end(other)];
    const actual = createHash('sha256').update(other).digest('hex');
    await expect(run()).rejects.toThrow(`sha256 is ${actual}, expected ${SHA256}`);
    expect(await filesLeft()).toEqual([]);
  });

  test('a server that goes quiet, three times', async () => {
    const sendNothing: Answer = (_, response) =>
      response.writeHead(200, { 'Content-Length': CONTENT.length }).flushHeaders();
    answers = [sendNothing, sendNothing, sendNothing];
    await expect(run({ download: { stallMs: 50, retryDelayMs: 0 } })).rejects.toThrow(
      'no bytes for 0.05 s',
    );
    expect(ranges).toHaveLength(3);
  });

  test('a host that is not there is not waited for twice', async () => {
    const dead = fromUrl();
    await new Promise((resolve) => server.close(resolve));
    await expect(run({}, [dead, dead])).rejects.toThrow(
      /ECONNREFUSED[^]*could not be reached before/u,
    );
  });
});

test('the next source is tried when one fails', async () => {
  answers = [sendStatus(404)];
  await run({}, [fromUrl('gone.bin'), fromUrl()]);
  expect(await hasContent()).toBe(true);
  expect(lines).toContain(`m/a.bin  ${baseUrl}/gone.bin: HTTP 404\n`);
});

test('--offline fetches nothing and says what is missing', async () => {
  await expect(run({ offline: true })).rejects.toThrow(
    '1 model files are missing or damaged, and --offline fetches nothing:\n  m/a.bin  300 kB',
  );
  expect(ranges).toEqual([]);
});

test('--registry-only leaves addresses out', async () => {
  await expect(run({ registryOnly: true })).rejects.toThrow('no source is left by the options');
  expect(ranges).toEqual([]);
});

describe('packages', () => {
  const fromPypi: ModelSource = {
    kind: 'pypi',
    package: 'some-model',
    version: '1.0.0',
    packageBytes: 10,
    path: 'a.bin',
  };

  test('without Python, the file and the way out are named; the cache is left clean', async () => {
    const stale = path.join(folder, 'cache', 'packages', 'npm-of-a-killed-run');
    await mkdir(stale, { recursive: true });
    await utimes(stale, 0, 0);
    const kept = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      await expect(run({}, [fromPypi])).rejects.toThrow(
        /m\/a\.bin\n {4}- pypi some-model 1\.0\.0: Python was not found .*install Python 3/u,
      );
    } finally {
      process.env['PATH'] = kept;
    }
    expect(await readdir(path.join(folder, 'cache', 'packages'))).toEqual([]);
  });
});
