// A model store with one file, its server and its device, as tests of it need them. Node.
import { createHash } from 'node:crypto';
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { BLOCK_BYTES } from '../../src/models/blocks.ts';
import type { ModelCatalog, ModelTask } from '../../src/models/catalog.ts';
import type { StorageFallback } from '../../src/models/device-storage.ts';
import { createModelStore } from '../../src/models/model-store.ts';
import type { ModelProgress, ModelStore, ModelStoreOptions } from '../../src/models/model-store.ts';
import { startModelServer } from './model-server.ts';
import type { ModelServer, ModelServerOptions } from './model-server.ts';

const { signal } = new AbortController();
/** Waits a twentieth of the time: for back-off and stalls. */
export const hurried: Clock = {
  ...systemClock,
  schedule: (callback, delayMs) => systemClock.schedule(callback, delayMs / 20),
};
/** Ten blocks and a half. */
export const CONTENT: Uint8Array = randomBytes(10.5 * BLOCK_BYTES, 1);

/** The same at each run, and without a pattern. */
export function randomBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** A model per file: `m`, `m1` and so on, each with one file `a.bin`. */
export function catalogOf(...contents: Uint8Array[]): ModelCatalog {
  const models = contents.map((content, index) => ({
    ...{ id: index === 0 ? 'm' : `m${index}`, name: 'M', task: 'vad', licence: 'MIT', note: '' },
    ...{ languages: ['*'], backends: ['wasm'], preload: true },
    files: [
      {
        name: 'a.bin',
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        sources: [],
      },
    ],
  }));
  return { version: 1, models } as unknown as ModelCatalog;
}

/** Gives the first model another file, `b.bin`. */
export function withSecondFile(
  { version, models: [model, ...others] }: ModelCatalog,
  content: Uint8Array,
  task: ModelTask = 'vad',
): ModelCatalog {
  if (model === undefined) throw new Error('There is no model.');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = { name: 'b.bin', bytes: content.length, sha256, sources: [] };
  return { version, models: [{ ...model, task, files: [...model.files, file] }, ...others] };
}

/** Of the first model's file. */
export const PATH = '/models/m/a.bin';
const servers: ModelServer[] = [];

/** A server of `CONTENT`, unless told otherwise, until `closeServers`. */
export async function serve(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const server = await startModelServer({ files: new Map([[PATH, CONTENT]]), ...options });
  servers.push(server);
  return server;
}

export async function closeServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

export interface StoreRig {
  readonly store: ModelStore;
  /** The file's bytes. */
  readonly read: () => Promise<Uint8Array>;
  readonly progress: readonly ModelProgress[];
  readonly fallbacks: readonly StorageFallback[];
}

/** A store of `CONTENT` from these servers; in a hurry, and in memory unless told otherwise. */
export function storeOf(
  places: readonly ModelServer[],
  options: Partial<ModelStoreOptions> = {},
): StoreRig {
  const progress: ModelProgress[] = [];
  const fallbacks: StorageFallback[] = [];
  const store = createModelStore({
    catalog: catalogOf(CONTENT),
    baseUrls: places.map(({ origin }) => `${origin}/models`),
    directory: null,
    clock: hurried,
    onProgress: (event) => progress.push(event),
    onFallback: (event) => fallbacks.push(event),
    ...options,
  });
  const read = async (): Promise<Uint8Array> =>
    new Uint8Array(await store.read('m', 'a.bin', { signal }));
  return { store, read, progress, fallbacks };
}

export const isContent = (bytes: Uint8Array): boolean => Buffer.compare(bytes, CONTENT) === 0;
