// The local web server: types, ranges, caching, isolation, and what it must not give out. Node.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStaticServer, listen, parseRange } from '../../../scripts/lib/static-server.mjs';

const HOST = '127.0.0.1';
const servers: Server[] = [];
let folder = '';
let isolated = '';
let plain = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-site-'));
  const files = {
    'site/index.html': '<!doctype html>home',
    'site/app.mjs': 'export {};',
    'site/engine.wasm': 'wasm',
    'site/empty.txt': '',
    'site/assets/engine-DcHrbrbl.wasm': 'wasm',
    'site/models/catalog.json': '{}',
    'site/.secret': 'secret',
    'models/vad/a.onnx': '0123456789',
    'models/vad/.verified.json': '{}',
    'outside.txt': 'outside',
    // On Windows the first would be a file of another folder, and the second a hidden stream.
    ...(process.platform === 'win32' ? {} : { 'site/a\\b.txt': 'x', 'site/a:b.txt': 'x' }),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  isolated = await serve(true);
  plain = await serve(false);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(folder, { recursive: true });
});

async function serve(isIsolated: boolean): Promise<string> {
  const mounts = [
    { prefix: '/models/', folder: path.join(folder, 'models') },
    { prefix: '/', folder: path.join(folder, 'site') },
  ];
  const server = createStaticServer({ mounts, isIsolated });
  servers.push(server);
  return `http://${HOST}:${await listen(server, { port: 0, host: HOST })}`;
}

/** `fetch` tidies paths up before it sends them; this does not. */
function requestRaw(target: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(isolated);
    httpRequest({ host: HOST, port, path: target, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test.each([
  ['/', 'text/html; charset=utf-8', '<!doctype html>home'],
  ['/index.html?x=1', 'text/html; charset=utf-8', '<!doctype html>home'],
  ['/app.mjs', 'text/javascript; charset=utf-8', 'export {};'],
  ['/engine.wasm', 'application/wasm', 'wasm'],
  ['/empty.txt', 'text/plain; charset=utf-8', ''],
  ['/models/vad/a.onnx', 'application/octet-stream', '0123456789'],
  ['/models/catalog.json', 'application/json; charset=utf-8', '{}'],
])('%s is %s', async (target, type, body) => {
  const response = await fetch(isolated + target);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('content-length')).toBe(String(body.length));
  expect(await response.text()).toBe(body);
});

test('isolation headers are on every answer, and on none with plain', async () => {
  const names = [
    'cross-origin-opener-policy',
    'cross-origin-embedder-policy',
    'cross-origin-resource-policy',
  ];
  const valuesOf = async (url: string): Promise<(string | null)[]> => {
    const { headers } = await fetch(url);
    return names.map((name) => headers.get(name));
  };
  const wanted = ['same-origin', 'require-corp', 'same-origin'];
  expect(await valuesOf(`${isolated}/`)).toEqual(wanted);
  expect(await valuesOf(`${isolated}/none`)).toEqual(wanted);
  expect(await valuesOf(`${plain}/`)).toEqual([null, null, null]);
});

test('what is not there is a 404 in plain text, never a page', async () => {
  const response = await fetch(`${isolated}/models/vad/b.onnx`);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toBe('There is no file /models/vad/b.onnx.\n');
});

test.each([
  ['/../outside.txt', 404],
  ['/%2e%2e/outside.txt', 404],
  ['/..%2foutside.txt', 404],
  ['/models/../../outside.txt', 404],
  ['/..%5coutside.txt', 404],
  ['/a%5cb.txt', 404],
  ['/a:b.txt', 404],
  ['/.secret', 404],
  ['/models/vad/.verified.json', 404],
  ['/app.mjs%00.html', 404],
  ['/models', 404],
  ['/%zz', 400],
])('%s gives out nothing: %i', async (target, status) => {
  expect(await requestRaw(target)).toBe(status);
});

test('only GET and HEAD', async () => {
  const response = await fetch(`${isolated}/`, { method: 'POST', body: 'x' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  const head = await fetch(`${isolated}/app.mjs`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
});

describe('ranges and caching', () => {
  const url = (): string => `${isolated}/models/vad/a.onnx`;

  test('a range is a 206 with its place in the file', async () => {
    const response = await fetch(url(), { headers: { Range: 'bytes=2-4' } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(await response.text()).toBe('234');
  });

  test('a range behind the end is a 416', async () => {
    const response = await fetch(url(), { headers: { Range: 'bytes=10-' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });

  test('a known ETag is a 304; a range of another version is the whole file', async () => {
    const etag = (await fetch(url())).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"a-[0-9a-z]+"$/u);
    expect((await fetch(url(), { headers: { 'If-None-Match': etag } })).status).toBe(304);
    const rangeIf = (tag: string): Promise<Response> =>
      fetch(url(), { headers: { Range: 'bytes=2-4', 'If-Range': tag } });
    expect((await rangeIf(etag)).status).toBe(206);
    expect((await rangeIf('"old"')).status).toBe(200);
  });

  test('what is named by its content is kept, all else is asked for again', async () => {
    const policyOf = async (name: string): Promise<string | null> =>
      (await fetch(`${isolated}${name}`)).headers.get('cache-control');
    expect(await policyOf('/assets/engine-DcHrbrbl.wasm')).toContain('immutable');
    expect(await policyOf('/engine.wasm')).toBe('no-cache');
    expect(await policyOf('/models/vad/a.onnx')).toBe('no-cache');
  });

  test.each([
    ['bytes=0-', { start: 0, end: 9 }],
    ['bytes=5-100', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-11', 'unsatisfiable'],
    ['bytes=4-2', null],
    ['bytes=0-1,3-4', null],
    ['bytes=-', null],
    ['lines=1-2', null],
    [undefined, null],
  ])('%s of 10 bytes', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });
});

test('a busy port gives way to the next free one', async () => {
  const first = createServer();
  const second = createServer();
  servers.push(first, second);
  const port = await listen(first, { port: 0, host: HOST });
  const taken = await listen(second, { port, host: HOST });
  expect(taken).toBeGreaterThan(port);
  expect(taken).toBeLessThan(port + 20);
});
