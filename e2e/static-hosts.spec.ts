// The stand-ins for static hosts answer as the hosts' documentation says. No browser.
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { BEHAVIOURS, openHost } from './support/static-hosts.ts';
import type { HostBehaviour, StaticHost } from './support/static-hosts.ts';

const MIB = 1024 ** 2;
const SCRIPT = 'console.log("compresses well");\n'.repeat(100);
const PLAIN = { 'Accept-Encoding': 'identity' };
const GZIP = { 'Accept-Encoding': 'gzip' };

let site = '';
let host: StaticHost | null = null;
test.beforeEach(async () => {
  site = await mkdtemp(path.join(tmpdir(), 'parley-hosted-'));
  await mkdir(path.join(site, 'assets'));
  await writeFile(path.join(site, 'index.html'), '<!doctype html><p>App');
  await writeFile(path.join(site, 'assets', 'app.js'), SCRIPT);
  await writeFile(path.join(site, 'model.onnx'), '0123456789');
  const rules = '/*\n  X-Robots-Tag: noindex\n/assets/*\n  Cache-Control: immutable\n';
  await writeFile(path.join(site, '_headers'), rules);
});
test.afterEach(async () => {
  await host?.close();
  host = null;
  await rm(site, { recursive: true });
});

/** With the body read, so that nothing is under way at the end of a test. */
async function ask(name: string, init: RequestInit = {}) {
  const response = await fetch(`${host?.url}${name}`, { redirect: 'manual', ...init });
  const body = await response.text();
  return { status: response.status, headers: response.headers, body };
}

const cases = Object.entries<HostBehaviour>(BEHAVIOURS);

for (const [name, behaviour] of cases) {
  test(`${name}: ranges`, async () => {
    host = await openHost(site, behaviour);
    const range = await ask('model.onnx', { headers: { ...PLAIN, Range: 'bytes=2-4' } });
    const beyond = await ask('model.onnx', { headers: { ...PLAIN, Range: 'bytes=10-' } });
    const stale = { ...PLAIN, Range: 'bytes=2-4', 'If-Range': '"other"' };
    expect(await ask('model.onnx', { headers: stale })).toMatchObject({ status: 200 });
    if (behaviour.knowsRanges) {
      expect(range).toMatchObject({ status: 206, body: '234' });
      expect(range.headers.get('content-range')).toBe('bytes 2-4/10');
      expect(beyond.status).toBe(416);
      expect(beyond.headers.get('content-range')).toBe('bytes */10');
    } else {
      expect(range).toMatchObject({ status: 200, body: '0123456789' });
      expect(beyond).toMatchObject({ status: 200, body: '0123456789' });
    }
  });

  test(`${name}: entity tags and compression`, async () => {
    host = await openHost(site, behaviour);
    const plain = await ask('assets/app.js', { headers: PLAIN });
    expect(plain.body).toBe(SCRIPT);
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-length')).toBe(`${SCRIPT.length}`);
    expect(plain.headers.get('etag')).toMatch(/^"[\w-]+"$/u);
    const compressed = await ask('assets/app.js', { headers: GZIP });
    const tag = compressed.headers.get('etag') ?? '';
    expect(compressed.body).toBe(SCRIPT);
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(compressed.headers.get('content-length')).toBeNull();
    expect(tag).toMatch(name === 'Netlify' ? /^"[\w-]+-df"$/u : /^W\/"[\w-]+"$/u);
    const again = await ask('assets/app.js', { headers: { ...GZIP, 'If-None-Match': tag } });
    expect(again).toMatchObject({ status: 304, body: '' });
    const weights = await ask('model.onnx', { headers: GZIP });
    const isGitHub = name.includes('GitHub');
    expect(weights.headers.get('content-encoding')).toBe(isGitHub ? 'gzip' : null);
  });

  test(`${name}: addresses without a file, and methods`, async () => {
    host = await openHost(site, behaviour);
    const missing = await ask('Model.onnx');
    expect(missing.status).toBe(behaviour.missing === 'app' ? 200 : 404);
    expect(missing.headers.get('content-type')).toContain('text/html');
    const index = await ask('index.html?tts=none');
    expect(index.status).toBe(behaviour.hidesIndex ? 308 : 200);
    expect(index.headers.get('location')).toBe(behaviour.hidesIndex ? '/?tts=none' : null);
    expect((await ask('model.onnx', { method: 'OPTIONS' })).status).toBe(405);
  });

  test(`${name}: headers`, async () => {
    host = await openHost(site, behaviour);
    const { headers } = await ask('assets/app.js');
    const settings = await ask('_headers');
    const ownCacheControl = behaviour.headers['Cache-Control'];
    expect(headers.get('x-robots-tag')).toBe(behaviour.readsHeaders ? 'noindex' : null);
    expect(headers.get('cache-control')).toBe(
      behaviour.readsHeaders ? 'immutable' : ownCacheControl,
    );
    expect(settings.body.includes('X-Robots-Tag')).toBe(!behaviour.readsHeaders);
  });
}

test('a project of GitHub Pages is sent on to its folder', async () => {
  host = await openHost(site, BEHAVIOURS['a project of GitHub Pages']);
  const response = await fetch(host.url.replace(/\/$/u, '?tts=none'), { redirect: 'manual' });
  expect(response.status).toBe(301);
  expect(response.headers.get('location')).toBe('/parley/?tts=none');
});

test('Cloudflare Pages refuses a file of more than 25 MiB', async () => {
  const model = path.join(site, 'model.onnx');
  await truncate(model, 25 * MIB);
  host = await openHost(site, BEHAVIOURS['Cloudflare Pages']);
  await truncate(model, 25 * MIB + 1);
  await expect(openHost(site, BEHAVIOURS['Cloudflare Pages'])).rejects.toThrow(
    'model.onnx is too large',
  );
});

test('GitHub Pages refuses a site of more than 1 GiB', async () => {
  const parts = Array.from({ length: 11 }, (_, index) => path.join(site, `part${index}`));
  for (const part of parts) {
    await writeFile(part, '');
    await truncate(part, 95 * MIB);
  }
  const github = BEHAVIOURS['a project of GitHub Pages'];
  await expect(openHost(site, github)).rejects.toThrow('is too large');
  await rm(parts[0] ?? '');
  host = await openHost(site, github);
});
