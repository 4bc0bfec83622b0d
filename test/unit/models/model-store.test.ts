// The model store over real connections to a server that misbehaves, and over a directory in memory. Node.
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../src/models/blocks.ts';
import { createHttpSource } from '../../../src/models/byte-source.ts';
import type { ModelProgress } from '../../../src/models/model-store.ts';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import type { Fault } from '../../support/model-server.ts';
import {
  CONTENT,
  PATH,
  catalogOf,
  closeServers,
  hurried,
  isContent,
  randomBytes,
  serve,
  storeOf,
} from '../../support/store-rig.ts';

/** Where the file's own bytes begin on the device. */
const DATA_START = 4_096;
const FAULTLESS: Fault = { kind: 'none' };

afterEach(closeServers);

const keyOf = (directory: MemoryDirectory): Uint8Array => directory.files.get('m/a.bin')!;

describe('a file', () => {
  test.each([
    ['into memory', null],
    ['onto the device', new MemoryDirectory()],
  ])('comes in ranges %s, every byte once', async (_, directory) => {
    const server = await serve();
    const { read, progress } = storeOf([server], { directory });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
    expect(server.requests).toHaveLength(3);
    const counts = { loadedBytes: CONTENT.length, fetchedBytes: CONTENT.length };
    const file = { modelId: 'm', fileName: 'a.bin', totalBytes: CONTENT.length };
    expect(progress.at(-1)).toEqual({ ...file, ...counts });
  });

  test('is read from the device at the second visit, without a request', async () => {
    const directory = new MemoryDirectory();
    const server = await serve();
    await storeOf([server], { directory }).read();
    const { read, progress } = storeOf([server], { directory });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
    expect(progress).toMatchObject([{ loadedBytes: CONTENT.length, fetchedBytes: 0 }]);
  });

  test('comes whole from a server that knows no ranges', async () => {
    const server = await serve({ behave: () => ({ kind: 'no-ranges' }) });
    const { read } = storeOf([server], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
  });

  test.each([
    ['with ranges', FAULTLESS],
    ['without', { kind: 'no-ranges' } as const],
  ])('comes in the parts that a host has of it, %s', async (_, fault) => {
    const partBytes = [3.25 * BLOCK_BYTES, 7 * BLOCK_BYTES, 0.25 * BLOCK_BYTES];
    let start = 0;
    const parts = partBytes.map((bytes, index) => {
      const content = CONTENT.subarray(start, (start += bytes));
      return { name: `a.bin.${index}`, bytes, sha256: '', content };
    });
    const files = new Map(parts.map(({ name, content }) => [`/models/m/${name}`, content]));
    const server = await serve({ files, behave: () => fault, etag: () => `"${Math.random()}"` });
    const catalog = catalogOf(CONTENT);
    const [model] = catalog.models;
    const joined = { ...model!, files: [{ ...model!.files[0]!, parts }] };
    const directory = new MemoryDirectory();
    const { read } = storeOf([server], { directory, catalog: { ...catalog, models: [joined] } });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
  });

  test('is downloaded once for readers at the same time, each with a buffer of its own', async () => {
    const server = await serve();
    const { read } = storeOf([server]);
    const [first, second] = await Promise.all([read(), read()]);
    first.fill(0);
    expect(isContent(second)).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
  });

  test('is downloaded once for stores of two threads or pages that share the device', async () => {
    const directory = new MemoryDirectory();
    const server = await serve();
    const stores = [0, 1].map(() => storeOf([server], { directory }));
    const contents = await Promise.all(stores.map(({ read }) => read()));
    expect(contents.map(isContent)).toEqual([true, true]);
    expect(server.sentBytes).toBe(CONTENT.length);
  });
});

describe('a download that is cut', () => {
  test('goes on at the byte where it stopped', async () => {
    const cuts = [700_001, 3, 1_500_000, 1, 65_537, 2_000_000];
    const server = await serve({
      behave: ({ number }) => {
        const afterBytes = cuts[number];
        return afterBytes === undefined ? FAULTLESS : { kind: 'cut', afterBytes };
      },
    });
    const { read } = storeOf([server], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
  });

  test('of less than one request goes on there too', async () => {
    const content = CONTENT.slice(0, 2 * BLOCK_BYTES);
    const server = await serve({
      files: new Map([[PATH, content]]),
      behave: ({ number }) => (number === 0 ? { kind: 'cut', afterBytes: 1_500_000 } : FAULTLESS),
    });
    const { read } = storeOf([server], { catalog: catalogOf(content) });
    expect(Buffer.compare(await read(), content)).toBe(0);
    expect(server.sentBytes).toBe(content.length);
  });

  test('by the end of the page goes on at the next visit with the blocks that are whole', async () => {
    const directory = new MemoryDirectory();
    const server = await serve();
    const leaving = new AbortController();
    const first = storeOf([server], {
      directory,
      onProgress: ({ loadedBytes }) => {
        if (loadedBytes > 6 * BLOCK_BYTES) leaving.abort(new Error('left'));
      },
    });
    await expect(first.store.read('m', 'a.bin', { signal: leaving.signal })).rejects.toThrow(
      'left',
    );
    const beforeBytes = server.sentBytes;
    const { read, progress } = storeOf([server], { directory });
    expect(isContent(await read())).toBe(true);
    const restoredBytes = progress[0]!.loadedBytes;
    expect(restoredBytes).toBeGreaterThanOrEqual(3 * BLOCK_BYTES);
    expect(server.sentBytes - beforeBytes).toBe(CONTENT.length - restoredBytes);
  });

  test('by a pause goes on when it ends, and asks for nothing in between', async () => {
    const server = await serve({ bytesPerSecond: 20 * BLOCK_BYTES });
    let pauses = 0;
    const { read, store } = storeOf([server], {
      onProgress: ({ loadedBytes }) => {
        if (loadedBytes < 2 * BLOCK_BYTES || pauses > 0) return;
        pauses += 1;
        store.setPaused(true);
        const asked = server.requests.length;
        setTimeout(() => {
          pauses += server.requests.length === asked ? 1 : 100;
          store.setPaused(false);
        }, 200);
      },
    });
    expect(isContent(await read())).toBe(true);
    expect(pauses).toBe(2);
  });
});

describe('a server', () => {
  test('that is overloaded is asked again', async () => {
    const server = await serve({
      behave: ({ number }) => (number < 2 ? { kind: 'status', status: 503 } : FAULTLESS),
    });
    expect(isContent(await storeOf([server]).read())).toBe(true);
  });

  test('that goes quiet is asked again', async () => {
    const server = await serve({
      behave: ({ number }) => (number === 1 ? { kind: 'stall', afterBytes: 300_000 } : FAULTLESS),
    });
    expect(isContent(await storeOf([server]).read())).toBe(true);
  });

  test('that stays quiet fails in the end, and the error says what to do', async () => {
    const server = await serve({ behave: () => ({ kind: 'stall', afterBytes: 0 }) });
    const source = createHttpSource({ stallMs: 1_000, clock: hurried });
    await expect(storeOf([server], { source }).read()).rejects.toMatchObject({
      code: 'model-download-failed',
      message: expect.stringMatching(/no bytes arrived for 1 s.*npm run models -- m/u) as string,
      details: { modelId: 'm', url: `${server.origin}${PATH}`, status: null },
      retryable: true,
    });
    // Three at a time, four times.
    expect(server.requests).toHaveLength(12);
  });

  test.each([
    ['has no such file', { kind: 'status', status: 404 }, 404],
    ['sends a page', { kind: 'page' }, 200],
  ] as const)('that %s is not asked again', async (_, fault, status) => {
    const server = await serve({ behave: () => fault });
    await expect(storeOf([server]).read()).rejects.toMatchObject({
      code: 'model-download-failed',
      details: { status },
      retryable: false,
    });
    expect(server.requests).toHaveLength(1);
  });

  test('that refuses ranges with 416 is asked for the whole', async () => {
    const server = await serve({
      behave: ({ hasRange }) => (hasRange ? { kind: 'status', status: 416 } : FAULTLESS),
    });
    expect(isContent(await storeOf([server]).read())).toBe(true);
  });

  test('that refuses several ranges at the same time is asked for the whole', async () => {
    const large = randomBytes(26.5 * BLOCK_BYTES, 8);
    const server = await serve({
      files: new Map([[PATH, large]]),
      behave: ({ number, hasRange }) =>
        hasRange && number > 2 ? { kind: 'status', status: 416 } : FAULTLESS,
      bytesPerSecond: 20_000_000,
    });
    const { read } = storeOf([server], { catalog: catalogOf(large) });
    expect(Buffer.compare(await read(), large)).toBe(0);
  });

  test.each([
    ['shorter', CONTENT.subarray(0, 5 * BLOCK_BYTES)],
    ['longer', Buffer.concat([CONTENT, Buffer.alloc(5)])],
    ['far too short', CONTENT.subarray(0, 10)],
  ])('with a %s file of that name is found out', async (_, file) => {
    const server = await serve({ files: new Map([[PATH, file]]) });
    await expect(storeOf([server]).read()).rejects.toMatchObject({
      code: 'model-integrity',
      details: { expected: `${CONTENT.length} bytes`, actual: `${file.length} bytes` },
    });
  });

  test('with another file of the same size is found out, and none of it stays', async () => {
    const other = randomBytes(CONTENT.length, 2);
    const directory = new MemoryDirectory();
    const server = await serve({ files: new Map([[PATH, other]]) });
    await expect(storeOf([server], { directory }).read()).rejects.toMatchObject({
      code: 'model-integrity',
      details: {
        expected: createHash('sha256').update(CONTENT).digest('hex'),
        actual: createHash('sha256').update(other).digest('hex'),
      },
    });
    const right = await serve();
    expect(isContent(await storeOf([right], { directory }).read())).toBe(true);
    expect(right.sentBytes).toBe(CONTENT.length);
  });

  test('whose file changes while it is loaded starts over: versions are not mixed', async () => {
    const files = new Map([[PATH, randomBytes(CONTENT.length, 3)]]);
    let etag = '"old"';
    const server = await serve({
      files,
      etag: () => etag,
      behave: ({ number }) => {
        if (number !== 2) return FAULTLESS;
        files.set(PATH, CONTENT);
        etag = '"new"';
        return FAULTLESS;
      },
    });
    const { read } = storeOf([server], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBeGreaterThan(CONTENT.length);
  });

  test('whose machines each show a tag of their own is judged by the checksum', async () => {
    let answers = 0;
    const etag = (): string => `"of machine ${(answers += 1)}"`;
    const server = await serve({ etag });
    expect(isContent(await storeOf([server], { directory: new MemoryDirectory() }).read())).toBe(
      true,
    );
  });

  test('whose file is another one each time is found out', async () => {
    let answers = 0;
    const files = new Map([[PATH, CONTENT]]);
    const server = await serve({
      files,
      etag: () => `"version ${answers}"`,
      behave: ({ number }) => {
        answers = number;
        files.set(PATH, randomBytes(CONTENT.length, number));
        return FAULTLESS;
      },
    });
    await expect(storeOf([server]).read()).rejects.toMatchObject({ code: 'model-integrity' });
  });

  test('whose file changed since the last visit, and who tells nothing of it, starts over', async () => {
    const directory = new MemoryDirectory();
    const old = randomBytes(CONTENT.length, 4);
    const leaving = new AbortController();
    const first = await serve({ files: new Map([[PATH, old]]) });
    const onProgress = ({ loadedBytes }: ModelProgress): void => {
      if (loadedBytes > 5 * BLOCK_BYTES) leaving.abort();
    };
    const { store } = storeOf([first], { directory, onProgress });
    await expect(store.read('m', 'a.bin', { signal: leaving.signal })).rejects.toThrow();
    expect(isContent(await storeOf([await serve()], { directory }).read())).toBe(true);
  });
});

describe('several places', () => {
  test.each([
    ['has no such file', { kind: 'status', status: 404 }],
    ['is overloaded', { kind: 'status', status: 503 }],
    ['sends a page', { kind: 'page' }],
  ] as const)('when the first %s, the next one is asked at once', async (_, fault) => {
    const [bad, good] = [await serve({ behave: () => fault }), await serve()];
    expect(isContent(await storeOf([bad, good]).read())).toBe(true);
    expect(good.sentBytes).toBe(CONTENT.length);
  });

  test('when the first dies half-way, the next one goes on there', async () => {
    const bad = await serve({
      behave: ({ number }) =>
        number === 0 ? { kind: 'cut', afterBytes: 2_500_000 } : { kind: 'status', status: 500 },
    });
    const good = await serve();
    expect(isContent(await storeOf([bad, good]).read())).toBe(true);
    expect(bad.sentBytes + good.sentBytes).toBe(CONTENT.length);
  });

  test('when the first has another file of the same size, the next one is taken', async () => {
    const bad = await serve({ files: new Map([[PATH, randomBytes(CONTENT.length, 5)]]) });
    expect(isContent(await storeOf([bad, await serve()]).read())).toBe(true);
  });
});

describe('what lies on the device', () => {
  test.each([
    ['a flipped byte', 4 * BLOCK_BYTES + 77, 1],
    ['a flipped byte in its last block', CONTENT.length - 1, 0.5],
  ])('and has %s is repaired by one block', async (_, at, blocks) => {
    const directory = new MemoryDirectory();
    const server = await serve();
    await storeOf([server], { directory }).read();
    keyOf(directory)[DATA_START + at]! ^= 1;
    const beforeBytes = server.sentBytes;
    expect(isContent(await storeOf([server], { directory }).read())).toBe(true);
    expect(server.sentBytes - beforeBytes).toBe(blocks * BLOCK_BYTES);
    expect(isContent(await storeOf([server], { directory }).read())).toBe(true);
    expect(server.sentBytes - beforeBytes).toBe(blocks * BLOCK_BYTES);
  });

  test('and is damaged is not repaired with a block of another file', async () => {
    const directory = new MemoryDirectory();
    await storeOf([await serve()], { directory }).read();
    keyOf(directory)[DATA_START]! ^= 1;
    const other = await serve({ files: new Map([[PATH, randomBytes(CONTENT.length, 6)]]) });
    await expect(storeOf([other], { directory }).read()).rejects.toMatchObject({
      code: 'model-integrity',
    });
    const right = await serve();
    expect(isContent(await storeOf([right], { directory }).read())).toBe(true);
    expect(right.sentBytes).toBe(BLOCK_BYTES);
  });

  test('and was cut short is fetched from there', async () => {
    const directory = new MemoryDirectory();
    const server = await serve();
    await storeOf([server], { directory }).read();
    directory.files.set('m/a.bin', keyOf(directory).slice(0, DATA_START + 8.5 * BLOCK_BYTES));
    const beforeBytes = server.sentBytes;
    expect(isContent(await storeOf([server], { directory }).read())).toBe(true);
    expect(server.sentBytes - beforeBytes).toBe(2.5 * BLOCK_BYTES);
  });

  test('and is something else, or of another catalogue, is replaced', async () => {
    const directory = new MemoryDirectory();
    directory.files.set('m/a.bin', randomBytes(5_000, 7));
    expect(isContent(await storeOf([await serve()], { directory }).read())).toBe(true);
    const newer = randomBytes(BLOCK_BYTES, 8);
    const server = await serve({ files: new Map([[PATH, newer]]) });
    const { read } = storeOf([server], { directory, catalog: catalogOf(newer) });
    expect(Buffer.compare(await read(), newer)).toBe(0);
    expect(keyOf(directory)).toHaveLength(DATA_START + newer.length);
  });
});

describe('a device', () => {
  test('without room is told of before anything is written, and memory takes its place', async () => {
    const directory = Object.assign(new MemoryDirectory(), { quotaBytes: 2_000_000 });
    const { read, fallbacks } = storeOf([await serve()], { directory });
    expect(isContent(await read())).toBe(true);
    expect(fallbacks).toEqual([{ reason: 'full', modelId: 'm' }]);
    expect([...directory.files]).toEqual([]);
  });

  test('that fills up half-way costs nothing that came already, and keeps no half file', async () => {
    const directory = Object.assign(new MemoryDirectory(), { promisesRoom: true });
    const server = await serve();
    const { read, fallbacks } = storeOf([server], {
      directory,
      onProgress: ({ loadedBytes }) => {
        if (loadedBytes > 5 * BLOCK_BYTES) directory.quotaBytes = 1;
      },
    });
    expect(isContent(await read())).toBe(true);
    expect(server.sentBytes).toBe(CONTENT.length);
    expect(fallbacks).toEqual([{ reason: 'full', modelId: 'm' }]);
    expect([...directory.files]).toEqual([]);
  });

  test('that allows no storage is told of once', async () => {
    const directory = Object.assign(new MemoryDirectory(), { isDenied: true });
    const { read, fallbacks, store } = storeOf([await serve()], { directory });
    expect(isContent(await read())).toBe(true);
    expect(isContent(await read())).toBe(true);
    expect(fallbacks).toEqual([{ reason: 'denied', modelId: 'm' }]);
    expect(await store.list()).toEqual([]);
  });
});
