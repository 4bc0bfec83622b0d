// What a model store tells of the models that it keeps.
import { afterEach, expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../src/models/blocks.ts';
import type { ModelProgress } from '../../../src/models/model-store.ts';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import {
  CONTENT,
  PATH,
  catalogOf,
  closeServers,
  serve,
  storeOf,
  withSecondFile,
} from '../../support/store-rig.ts';

/** Where the file's own bytes begin on the device. */
const DATA_START = 4_096;
const { signal } = new AbortController();

afterEach(closeServers);

test('a file on the device is listed with its size and last use, the least recently used first, and can be deleted', async () => {
  const contents = [CONTENT, CONTENT.slice(0, 100)] as const;
  const directory = new MemoryDirectory();
  const files = new Map([
    [PATH, contents[0]],
    ['/models/m1/a.bin', contents[1]],
  ]);
  const server = await serve({ files });
  let nowMs = 1_000;
  const { store } = storeOf([server], {
    ...{ directory, catalog: catalogOf(...contents) },
    clock: { nowMs: () => (nowMs += 1), schedule: () => () => undefined },
  });
  await store.read('m', 'a.bin', { signal });
  await store.read('m1', 'a.bin', { signal });
  await store.read('m', 'a.bin', { signal });
  const listed = await store.list();
  expect(listed).toMatchObject([
    { modelId: 'm1', bytes: DATA_START + 100, isComplete: true },
    { modelId: 'm', bytes: DATA_START + CONTENT.length, isComplete: true },
  ]);
  expect(listed[0]!.lastUsedMs).toBeLessThan(listed[1]!.lastUsedMs);
  await store.delete('m');
  expect((await store.list()).map(({ modelId }) => modelId)).toEqual(['m1']);
  await store.delete('never-there');
});

test('a model is complete when all of its files are, as the catalogue has them today', async () => {
  const directory = new MemoryDirectory();
  const server = await serve({
    files: new Map([
      [PATH, CONTENT],
      ['/models/m/b.bin', CONTENT.slice(0, 100)],
    ]),
  });
  const catalog = withSecondFile(catalogOf(CONTENT), CONTENT.slice(0, 100));
  const { store } = storeOf([server], { directory, catalog });
  const isComplete = async (of = store): Promise<boolean | undefined> =>
    (await of.list())[0]?.isComplete;
  await store.read('m', 'b.bin', { signal });
  expect(await isComplete()).toBe(false);
  await store.read('m', 'a.bin', { signal });
  expect(await isComplete()).toBe(true);
  const newer = withSecondFile(catalogOf(CONTENT), CONTENT.slice(1, 101));
  expect(await isComplete(storeOf([server], { directory, catalog: newer }).store)).toBe(false);
});

test('a set is complete with one of its files', async () => {
  const directory = new MemoryDirectory();
  const catalog = withSecondFile(catalogOf(CONTENT), CONTENT.slice(0, 100), 'tts-voice');
  const { store, read } = storeOf([await serve()], { directory, catalog });
  await read();
  expect(await store.list()).toMatchObject([{ modelId: 'm', isComplete: true }]);
});

test('of a download that was left, what came is told', async () => {
  const directory = new MemoryDirectory();
  const leaving = new AbortController();
  const server = await serve();
  const onProgress = ({ loadedBytes }: ModelProgress): void => {
    if (loadedBytes > 5 * BLOCK_BYTES) leaving.abort();
  };
  const { store, read } = storeOf([server], { directory, onProgress });
  await expect(store.read('m', 'a.bin', { signal: leaving.signal })).rejects.toThrow();
  const [left] = await store.list();
  expect(left).toMatchObject({ bytes: DATA_START + CONTENT.length, isComplete: false });
  expect(left!.keptBytes).toBeGreaterThan(0);
  expect(left!.keptBytes).toBeLessThanOrEqual(6 * BLOCK_BYTES);
  await read();
  expect((await store.list())[0]?.keptBytes).toBe(CONTENT.length);
});
