// What the service worker answers, from which version, and what it asks the host for.
import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { abortable } from '../../../../src/core/abort.ts';
import { createShell } from '../../../../workers/shell/shell.ts';
import type { FetchFile, ShellFile } from '../../../../workers/shell/shell-files.ts';
import { createFakeCaches } from '../../../support/fake-caches.ts';

const SCOPE = 'https://host.test/voice/';
const RUNTIME = `${SCOPE}assets/runtime-AAAAAAAA.wasm`;
const NEXT_RUNTIME = `${SCOPE}assets/runtime-BBBBBBBB.wasm`;

const bodyOf = (url: string, name: string): string => `${url} of ${name}`;
const digestOf = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** With the same runtime in each, unless another is named. */
function version(name: string, runtime = RUNTIME): ShellFile[] {
  return [
    { url: 'index.html', integrity: `sha256-page-${name}` },
    { url: `assets/main-${name}.js`, integrity: `sha256-main-${name}` },
    { url: 'assets/shared.js', integrity: 'sha256-shared' },
    { url: 'models/catalog.json', integrity: `sha256-${name}` },
    ...[`assets/rare-${name}.js`, runtime.slice(SCOPE.length)].map((url) => ({
      url,
      integrity: digestOf(bodyOf(SCOPE + url, 'one')),
      isLater: true,
    })),
  ];
}
const forEverybody = (files: readonly ShellFile[]): ShellFile[] =>
  files.filter(({ isLater = false }) => !isLater);

/** A host with one version of the app, and pages that ask the shell of another. */
function createRig() {
  const host = { name: 'one', missing: '', isDown: false, isSilent: false };
  const room = { files: Infinity };
  /** What the browser has fetched for others. */
  const loaded = new Set<string>();
  const asked: { url: string; integrity: string | undefined }[] = [];
  const caches = createFakeCaches(room);
  const fetchFile: FetchFile = async (file, init) => {
    init?.signal?.throwIfAborted();
    const { url } = typeof file === 'string' ? { url: file } : file;
    const isInBrowser = init?.cache === 'only-if-cached';
    if (isInBrowser ? !loaded.has(url) : host.isDown) throw new TypeError('no network');
    if (!isInBrowser) asked.push({ url, integrity: init?.integrity });
    if (host.isSilent) return abortable(new Promise(() => undefined), init?.signal ?? undefined);
    if (host.missing !== '' && url.endsWith(host.missing)) return new Response('', { status: 404 });
    return new Response(bodyOf(url, host.name));
  };
  const open = (files: readonly ShellFile[]) =>
    createShell({ files, scope: SCOPE, caches, fetch: fetchFile });
  return { host, room, loaded, asked, open };
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
    const wanted = forEverybody(version('one')).map(({ url, integrity }) => ({
      url: SCOPE + url,
      integrity,
    }));
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
    await two.removeOthers();
    expect((await get(two, SCOPE, navigation)).text).toContain('of two');
    expect((await get(two, `${SCOPE}assets/shared.js`)).left).toBe(0);
    expect((await get(one, `${SCOPE}assets/main-one.js`)).left).toBe(1);
  });

  test('an old one goes on with its own files where the new one is active and these are not let go of yet', async () => {
    const { open, host } = createRig();
    await open(version('one')).install();
    host.name = 'two';
    const two = open(version('two'));
    await two.install();
    const script = await get(two, `${SCOPE}assets/main-one.js`);
    expect(script).toMatchObject({ text: `${SCOPE}assets/main-one.js of one`, left: 0 });
  });

  test('share a runtime that was asked for and did not change', async () => {
    const { open } = createRig();
    const one = open(version('one'));
    await one.install();
    expect((await get(one, RUNTIME)).left).toBe(1);
    expect((await get(one, RUNTIME)).left).toBe(0);
    const two = open(version('two'));
    await two.install();
    await two.removeOthers();
    expect((await get(two, RUNTIME)).left).toBe(0);
  });

  test('the new one brings its own of a runtime that is in use, and of no other', async () => {
    const { open, host, asked } = createRig();
    const one = open(version('one'));
    await one.install();
    await get(one, RUNTIME);
    const two = open(version('two', NEXT_RUNTIME));
    asked.length = 0;
    await two.install();
    expect(asked.map(({ url }) => url)).toContain(NEXT_RUNTIME);
    expect(asked.map(({ url }) => url)).not.toContain(`${SCOPE}assets/rare-two.js`);
    host.isDown = true;
    expect((await get(one, RUNTIME)).left).toBe(0);
    await two.removeOthers();
    expect((await get(two, NEXT_RUNTIME)).left).toBe(0);
  });

  test("models are the model store's to keep", async () => {
    const { open } = createRig();
    const shell = open(version('one'));
    await get(shell, `${SCOPE}models/vad/vad.onnx`);
    expect((await get(shell, `${SCOPE}models/vad/vad.onnx`)).left).toBe(1);
  });
});

test('what is not the runtime of the build is not kept', async () => {
  const { open, host } = createRig();
  const shell = open(version('one'));
  host.name = 'a page for missing files';
  await get(shell, RUNTIME);
  host.name = 'one';
  expect((await get(shell, RUNTIME)).left).toBe(1);
  expect((await get(shell, RUNTIME)).left).toBe(0);
});

test('what pages loaded before is kept out of the browser’s own cache, and the host is not asked', async () => {
  const { open, host, loaded, asked } = createRig();
  const shell = open(version('one'));
  await shell.install();
  asked.length = 0;
  loaded.add(RUNTIME);
  await shell.keepLoaded();
  expect(asked).toEqual([]);
  host.isDown = true;
  expect((await get(shell, RUNTIME)).left).toBe(0);
  await expect(get(shell, `${SCOPE}assets/rare-one.js`)).rejects.toThrow('no network');
});

test('a version that finds no room leaves none taken, and the one before whole', async () => {
  const { open, room, host } = createRig();
  room.files = 3;
  await expect(open(version('one')).install()).rejects.toThrow('full');
  room.files = forEverybody(version('one')).length;
  const one = open(version('one'));
  await one.install();
  await expect(open(version('two')).install()).rejects.toThrow('full');
  host.isDown = true;
  for (const { url } of forEverybody(version('one'))) {
    expect((await get(one, SCOPE + url)).left).toBe(0);
  }
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
