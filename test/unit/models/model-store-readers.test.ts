// Readers of the model store who leave before they are served. Node.
import { afterEach, describe, expect, test } from 'vitest';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import { startModelServer } from '../../support/model-server.ts';
import type { ModelServer, ModelServerOptions } from '../../support/model-server.ts';
import { CONTENT, isContent, storeOf } from '../../support/store-rig.ts';

const servers: ModelServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const files = new Map([['/models/m/a.bin', CONTENT]]);
  const server = await startModelServer({ files, ...options });
  servers.push(server);
  return server;
}

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
