// Room on the device that is made while files come. Node.
import { afterEach, expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../src/models/blocks.ts';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import {
  CONTENT,
  PATH,
  catalogOf,
  closeServers,
  isContent,
  randomBytes,
  serve,
  storeOf,
} from '../../support/store-rig.ts';

afterEach(closeServers);

test('a device that gets room while a file comes keeps all of it, and what ran out is told again', async () => {
  const directory = new MemoryDirectory();
  const other = randomBytes(3 * BLOCK_BYTES, 11);
  const files = new Map([
    [PATH, CONTENT],
    ['/models/m1/a.bin', other],
  ]);
  const server = await serve({ files, bytesPerSecond: 20 * BLOCK_BYTES });
  const deleted: Promise<void>[] = [];
  const { read, store, fallbacks } = storeOf([server], {
    ...{ directory, catalog: catalogOf(CONTENT, other) },
    onProgress: ({ modelId, loadedBytes }) => {
      if (modelId !== 'm' || loadedBytes < 5 * BLOCK_BYTES || deleted.length > 0) return;
      deleted.push(store.delete('m1'));
    },
  });
  await store.read('m1', 'a.bin', { signal: new AbortController().signal });
  directory.quotaBytes = CONTENT.length + BLOCK_BYTES;
  expect(isContent(await read())).toBe(true);
  await Promise.all(deleted);
  expect(fallbacks).toEqual([{ reason: 'full', modelId: 'm' }]);
  expect([...directory.files.keys()]).toEqual(['m/a.bin']);
  expect(await store.list()).toMatchObject([{ modelId: 'm', isComplete: true }]);
  const sentBytes = server.sentBytes;
  expect(isContent(await storeOf([server], { directory }).read())).toBe(true);
  expect([server.sentBytes, sentBytes]).toEqual([sentBytes, CONTENT.length + other.length]);
  directory.quotaBytes = CONTENT.length;
  await store.read('m1', 'a.bin', { signal: new AbortController().signal });
  expect(fallbacks).toHaveLength(2);
});
