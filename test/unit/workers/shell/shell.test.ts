// What the service worker answers, from which version, and what it asks the host for.
import { describe, expect, test, vi } from 'vitest';
import { abortable } from '../../../../src/core/abort.ts';
import { createShell } from '../../../../workers/shell/shell.ts';
import type { FetchFile, ShellFile } from '../../../../workers/shell/shell-files.ts';
import { createFakeCaches } from '../../../support/fake-caches.ts';

const SCOPE = 'https://host.test/voice/';
const RUNTIME = `${SCOPE}assets/runtime.wasm`;

const version = (name: string): ShellFile[] => [
  { url: 'index.html', integrity: `sha256-page-${name}` },
  { url: `assets/main-${name}.js`, integrity: `sha256-main-${name}` },
  { url: 'assets/shared.js', integrity: 'sha256-shared' },
  { url: 'models/catalog.json', integrity: `sha256-${name}` },
];

/** A host with one version of the app, and pages that ask the shell of another. */
function createRig() {
  const host = { name: 'one', missing: '', isDown: false, isSilent: false };
  const asked: { url: string; integrity: string | undefined }[] = [];
  const caches = createFakeCaches();
  const fetchFile: FetchFile = async (file, init) => {
    init?.signal?.throwIfAborted();
    const { url } = typeof file === 'string' ? { url: file } : file;
    if (host.isDown) throw new TypeError('no network');
    asked.push({ url, integrity: init?.integrity });
    if (host.isSilent) return abortable(new Promise(() => undefined), init?.signal ?? undefined);
    if (host.missing !== '' && url.endsWith(host.missing)) return new Response('', { status: 404 });
    const isPage = url.includes('a-page-instead');
    const headers = { 'content-type': isPage ? 'text/html' : 'application/octet-stream' };
    return new Response(`${url} of ${host.name}`, { headers });
  };
  const open = (files: readonly ShellFile[]) =>
    createShell({ files, scope: SCOPE, caches, fetch: fetchFile });
  return { host, asked, open };
}

type Shell = ReturnType<typeof createShell>;

async function get(shell: Shell, url: string, change: Partial<Request> = {}) {
  const { signal } = new AbortController();
  const headers = new Headers();
  const request = { url, method: 'GET', mode: 'cors', destination: '', headers, signal };
  const work: Promise<unknown>[] = [];
  let left = 0;
  const event = {
    onLeave: () => void (left += 1),
    waitUntil: (each: Promise<unknown>) => void work.push(each),
  };
  const response = await shell.answer({ ...request, ...change } as Request, event);
  const text = await response.text();
  await Promise.all(work);
  return { text, left, headers: response.headers };
}

const navigation = { mode: 'navigate', destination: 'document' } as const;

describe('a version that is installed', () => {
  test('asks the host for each file by its digest', async () => {
    const { open, asked } = createRig();
    await open(version('one')).install();
    const wanted = version('one').map(({ url, integrity }) => ({ url: SCOPE + url, integrity }));
    expect(new Set(asked)).toEqual(new Set(wanted));
  });

  test('answers without the host, whatever the query', async () => {
    const { open, host } = createRig();
    const shell = open(version('one'));
    await shell.install();
    host.isDown = true;
    const page = await get(shell, `${SCOPE}?tts=none`, navigation);
    expect(page).toMatchObject({ text: `${SCOPE}index.html of one`, left: 0 });
    expect(await get(shell, `${SCOPE}assets/shared.js`)).toMatchObject({ left: 0 });
    await expect(get(shell, `${SCOPE}elsewhere.txt`)).rejects.toThrow('no network');
  });

  test('is not installed when a file is missing', async () => {
    const { open, host } = createRig();
    host.missing = 'assets/main-one.js';
    await expect(open(version('one')).install()).rejects.toThrow('404');
  });
});

describe('two versions', () => {
  test('each answers with its own files until the new one is active', async () => {
    const { open, host, asked } = createRig();
    const one = open(version('one'));
    await one.install();
    asked.length = 0;
    host.name = 'two';
    const two = open(version('two'));
    await two.install();
    expect(asked.map(({ url }) => url)).not.toContain(`${SCOPE}assets/shared.js`);
    expect((await get(one, SCOPE, navigation)).text).toContain('of one');
    expect((await get(one, `${SCOPE}assets/main-one.js`)).left).toBe(0);
    await two.activate();
    expect((await get(two, SCOPE, navigation)).text).toContain('of two');
    expect((await get(two, `${SCOPE}assets/shared.js`)).left).toBe(0);
    expect((await get(one, `${SCOPE}assets/main-one.js`)).left).toBe(1);
  });

  test('a runtime that was asked for is kept, and fetched anew for another version', async () => {
    const { open } = createRig();
    const one = open(version('one'));
    expect((await get(one, RUNTIME)).left).toBe(1);
    expect((await get(one, RUNTIME)).left).toBe(0);
    const two = open(version('two'));
    await two.activate();
    expect((await get(two, RUNTIME)).left).toBe(1);
  });

  test("models are the model store's to keep", async () => {
    const { open } = createRig();
    const shell = open(version('one'));
    await get(shell, `${SCOPE}models/vad/vad.onnx`);
    expect((await get(shell, `${SCOPE}models/vad/vad.onnx`)).left).toBe(1);
  });
});

test('a web page in the place of a runtime is not kept', async () => {
  const { open } = createRig();
  const shell = open(version('one'));
  const url = `${SCOPE}assets/a-page-instead`;
  await get(shell, url);
  expect((await get(shell, url)).left).toBe(1);
});

describe('isolation', () => {
  const EMBEDDER = 'cross-origin-embedder-policy';

  test('is given to pages and workers, kept ones and others', async () => {
    const { open } = createRig();
    const shell = open(version('one'));
    const first = await get(shell, SCOPE, navigation);
    await shell.install();
    const second = await get(shell, SCOPE, navigation);
    const worker = await get(shell, `${SCOPE}assets/main-one.js`, { destination: 'worker' });
    for (const { headers } of [first, second, worker]) {
      expect(headers.get(EMBEDDER)).toBe('require-corp');
    }
  });

  test('is left out of a page that refuses it', async () => {
    const { open } = createRig();
    const shell = open(version('one'));
    await shell.install();
    const page = await get(shell, `${SCOPE}?isolation=off`, navigation);
    expect(page.headers.get(EMBEDDER)).toBeNull();
    expect(page.headers.get('cross-origin-opener-policy')).toBeNull();
  });
});

test('what is being fetched is broken off for a new version, and later requests are answered', async () => {
  const { open, host, asked } = createRig();
  const shell = open(version('one'));
  host.isSilent = true;
  const waiting = expect(get(shell, RUNTIME)).rejects.toThrow('abort');
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  shell.giveWay();
  await waiting;
  host.isSilent = false;
  expect((await get(shell, RUNTIME)).text).toContain('of one');
});

test('other origins, other folders, other methods, parts of files and models go their own way', () => {
  const shell = createRig().open(version('one'));
  const asked = { method: 'GET', url: SCOPE, headers: new Headers(), destination: '' };
  const isOwn = (change: object) => shell.isOwn({ ...asked, ...change } as Request);
  expect(isOwn({})).toBe(true);
  expect(isOwn({ url: RUNTIME })).toBe(true);
  expect(isOwn({ url: `${SCOPE}models/catalog.json` })).toBe(true);
  expect(isOwn({ url: `${SCOPE}models/vad/vad.onnx` })).toBe(false);
  expect(isOwn({ url: `${SCOPE}elsewhere`, destination: 'document' })).toBe(true);
  expect(isOwn({ url: 'https://host.test/other/' })).toBe(false);
  expect(isOwn({ url: 'https://models.test/voice/' })).toBe(false);
  expect(isOwn({ method: 'POST' })).toBe(false);
  expect(isOwn({ headers: new Headers({ range: 'bytes=0-9' }) })).toBe(false);
});
