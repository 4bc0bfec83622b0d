// Readers of the model store who leave before they are served. Node.
import { afterEach, describe, expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../src/models/blocks.ts';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import {
  catalogOf,
  closeServers,
  isContent,
  randomBytes,
  serve,
  storeOf,
} from '../../support/store-rig.ts';

afterEach(closeServers);

describe('a reader who leaves', () => {
  test('gets the reason, and takes nothing from the other', async () => {
    const server = await serve();
    const { store, read } = storeOf([server]);
    const leaving = new AbortController();
    const first = store.read('m', 'a.bin', { signal: leaving.signal });
    const second = read();
    const reason = new Error('changed my mind');
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(isContent(await second)).toBe(true);
  });

  test('as the last one ends the download', async () => {
    const server = await serve({ behave: () => ({ kind: 'stall', afterBytes: 1_000 }) });
    const leaving = new AbortController();
    const { store } = storeOf([server], { directory: new MemoryDirectory() });
    const reading = store.read('m', 'a.bin', { signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    const { length } = server.requests;
    expect(length).toBeLessThanOrEqual(1);
  });

  test('before asking fetches nothing', async () => {
    const server = await serve();
    const { store } = storeOf([server]);
    const reason = new Error('before');
    const reading = store.read('m', 'a.bin', { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
  });
});

test('what somebody waits for more is fetched first', async () => {
  const large = randomBytes(42.5 * BLOCK_BYTES, 9);
  const files = new Map([
    ['/models/m/a.bin', large],
    ['/models/m1/a.bin', large],
  ]);
  const server = await serve({ files, bytesPerSecond: 40_000_000 });
  const { store } = storeOf([server], { catalog: catalogOf(large, large) });
  const { signal } = new AbortController();
  const done: string[] = [];
  const read = async (id: string): Promise<void> => {
    await store.read(id, 'a.bin', { signal });
    done.push(id);
  };
  const reading = [read('m'), read('m1')];
  store.prefer(['m1']);
  await Promise.all(reading);
  expect(done).toEqual(['m1', 'm']);
  const lastOf = (id: string): number =>
    Math.max(...server.requests.flatMap(({ path }, at) => (path.includes(`/${id}/`) ? [at] : [])));
  // The last requests for it were sent when most of the other were still to come.
  expect(lastOf('m') - lastOf('m1')).toBeGreaterThanOrEqual(4);
});
