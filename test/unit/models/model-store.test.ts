// The model store against a scripted fetch: sharing, verifying, stalling, giving up. Node.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpSource } from '../../../src/models/byte-source.ts';
import { createModelStore } from '../../../src/models/model-store.ts';
import type { ModelProgress } from '../../../src/models/model-store.ts';
import type { ModelCatalog } from '../../../src/models/catalog.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const CONTENT = new TextEncoder().encode('0123456789');
const URL_OF_A = 'https://host/models/m/a.bin';

const catalog: ModelCatalog = {
  version: 1,
  models: [
    {
      id: 'm',
      name: 'M',
      task: 'vad',
      licence: 'MIT',
      note: '',
      languages: ['*'],
      backends: ['wasm'],
      preload: true,
      files: [
        {
          name: 'a.bin',
          bytes: CONTENT.length,
          sha256: createHash('sha256').update(CONTENT).digest('hex'),
          sources: [],
        },
      ],
    },
  ],
};

/** A fetch whose body the test feeds by hand, and which notices being aborted. */
function createManualFetch(headers: Record<string, string> = {}) {
  const calls: { url: string; signal: AbortSignal }[] = [];
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const fakeFetch = ((input: string, init: RequestInit) => {
    const signal = init.signal!;
    calls.push({ url: input, signal });
    const body = new ReadableStream<Uint8Array>({
      start(own) {
        controller = own;
        signal.addEventListener('abort', () => own.error(new DOMException('', 'AbortError')));
      },
    });
    return Promise.resolve(new Response(body, { headers }));
  }) as typeof fetch;
  return {
    calls,
    fetch: fakeFetch,
    send: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
  };
}

function respondWith(body: string, init?: ResponseInit): typeof fetch {
  return () => Promise.resolve(new Response(body, init));
}

function read(fetch_: typeof fetch, signal = new AbortController().signal): Promise<ArrayBuffer> {
  const store = createModelStore({ catalog, baseUrl: 'https://host/models', fetch: fetch_ });
  return store.read('m', 'a.bin', { signal });
}

afterEach(() => vi.unstubAllGlobals());

test('delivers the bytes, and progress per chunk', async () => {
  const server = createManualFetch();
  const progress: ModelProgress[] = [];
  const store = createModelStore({
    catalog,
    baseUrl: 'https://host/models/',
    fetch: server.fetch,
    onProgress: (event) => progress.push(event),
  });
  const bytes = store.read('m', 'a.bin', { signal: new AbortController().signal });
  server.send('0123');
  await nextMacrotask();
  server.send('456789');
  server.end();
  expect(new Uint8Array(await bytes)).toEqual(CONTENT);
  expect(server.calls.map(({ url }) => url)).toEqual([URL_OF_A]);
  expect(progress).toEqual([
    { modelId: 'm', file: 'a.bin', loadedBytes: 4, totalBytes: 10 },
    { modelId: 'm', file: 'a.bin', loadedBytes: 10, totalBytes: 10 },
  ]);
});

describe('what a server may send instead', () => {
  test.each([
    ['nothing', respondWith('', { status: 404 }), { status: 404, retryable: false }],
    ['an overload', respondWith('', { status: 503 }), { status: 503, retryable: true }],
    [
      'a page',
      respondWith('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } }),
      { status: 200, retryable: false },
    ],
    [
      'no connection',
      () => Promise.reject(new TypeError('failed')),
      { status: null, retryable: true },
    ],
  ])('%s: model-download-failed', async (_, fetch_, { status, retryable }) => {
    await expect(read(fetch_)).rejects.toMatchObject({
      code: 'model-download-failed',
      details: { modelId: 'm', url: URL_OF_A, status },
      retryable,
    });
  });

  test.each([
    ['012345678', { expected: '10 bytes', actual: '9 bytes' }],
    ['0123456789a', { expected: '10 bytes', actual: 'more than 10 bytes' }],
    [
      '0123456780',
      {
        expected: catalog.models[0]!.files[0]!.sha256,
        actual: createHash('sha256').update('0123456780').digest('hex'),
      },
    ],
  ])('%s for 0123456789: model-integrity', async (body, { expected, actual }) => {
    await expect(read(respondWith(body))).rejects.toMatchObject({
      code: 'model-integrity',
      details: { modelId: 'm', url: URL_OF_A, expected, actual },
    });
  });

  test('the message says what to do', async () => {
    await expect(read(respondWith('', { status: 404 }))).rejects.toThrow('npm run models -- m');
  });
});

test('without crypto.subtle only the size is checked', async () => {
  vi.stubGlobal('crypto', {});
  expect((await read(respondWith('0123456780'))).byteLength).toBe(10);
  await expect(read(respondWith('012'))).rejects.toMatchObject({ code: 'model-integrity' });
});

test('a server that goes quiet fails after the stall limit, counted from the last byte', async () => {
  const clock = new ManualClock();
  const server = createManualFetch();
  const source = createHttpSource({ fetch: server.fetch, clock, stallMs: 20_000 });
  const store = createModelStore({ catalog, baseUrl: 'https://host/models', source });
  let outcome = 'pending';
  const bytes = store.read('m', 'a.bin', { signal: new AbortController().signal });
  bytes.catch(() => (outcome = 'rejected'));
  await clock.advance(19_000);
  server.send('0123');
  await clock.advance(19_999);
  expect(outcome).toBe('pending');
  await clock.advance(1);
  await expect(bytes).rejects.toMatchObject({
    code: 'model-download-failed',
    message: expect.stringContaining('no bytes arrived for 20 s') as string,
    details: { status: null },
    retryable: true,
  });
  expect(server.calls[0]?.signal.aborted).toBe(true);
});

test('the HTTP source leaves no timer behind, and rejects an abort with its reason', async () => {
  const clock = new ManualClock();
  const server = createManualFetch();
  const source = createHttpSource({ fetch: server.fetch, clock });
  const leaving = new AbortController();
  const request = { modelId: 'm', url: URL_OF_A, bytes: 10, onBytes: () => undefined };
  const loads = [0, 1].map(() => source.load({ ...request, signal: leaving.signal }));
  await nextMacrotask();
  server.send('0123456789');
  server.end();
  expect((await loads[1]!).byteLength).toBe(10);
  expect(clock.pendingTimers).toBe(1);
  const reason = new Error('gone');
  leaving.abort(reason);
  await expect(loads[0]).rejects.toBe(reason);
  expect(clock.pendingTimers).toBe(0);
});

describe('readers of one file', () => {
  test('share a download, and own their buffers', async () => {
    const server = createManualFetch();
    const store = createModelStore({ catalog, baseUrl: 'https://host/models', ...server });
    const { signal } = new AbortController();
    const first = store
      .read('m', 'a.bin', { signal })
      .then((bytes) => structuredClone(bytes, { transfer: [bytes] }));
    const second = store.read('m', 'a.bin', { signal });
    server.send('0123456789');
    server.end();
    expect([(await first).byteLength, (await second).byteLength]).toEqual([10, 10]);
    expect(server.calls).toHaveLength(1);
    void store.read('m', 'a.bin', { signal }).catch(() => undefined);
    expect(server.calls).toHaveLength(2);
  });

  test('one who leaves gets the reason and takes nothing from the other', async () => {
    const server = createManualFetch();
    const store = createModelStore({ catalog, baseUrl: 'https://host/models', ...server });
    const leaving = new AbortController();
    const first = store.read('m', 'a.bin', { signal: leaving.signal });
    const second = store.read('m', 'a.bin', { signal: new AbortController().signal });
    const reason = new Error('changed my mind');
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(server.calls[0]?.signal.aborted).toBe(false);
    server.send('0123456789');
    server.end();
    expect((await second).byteLength).toBe(10);
  });

  test('the last one who leaves ends the download; a later read starts anew', async () => {
    const server = createManualFetch();
    const store = createModelStore({ catalog, baseUrl: 'https://host/models', ...server });
    const leaving = new AbortController();
    const reading = store.read('m', 'a.bin', { signal: leaving.signal });
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(server.calls[0]?.signal.aborted).toBe(true);
    const again = store.read('m', 'a.bin', { signal: new AbortController().signal });
    server.send('0123456789');
    server.end();
    expect((await again).byteLength).toBe(10);
    expect(server.calls).toHaveLength(2);
  });

  test('an aborted signal fetches nothing', async () => {
    const server = createManualFetch();
    const reason = new Error('before');
    await expect(read(server.fetch, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.calls).toHaveLength(0);
  });
});
