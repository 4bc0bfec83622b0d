// A model store with one file, its server and its device, as tests of it need them. Node.
import { createHash } from 'node:crypto';
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import { BLOCK_BYTES } from '../../src/models/blocks.ts';
import type { ModelCatalog } from '../../src/models/catalog.ts';
import type { StorageFallback } from '../../src/models/device-storage.ts';
import { createModelStore } from '../../src/models/model-store.ts';
import type { ModelProgress, ModelStore, ModelStoreOptions } from '../../src/models/model-store.ts';
import type { ModelServer } from './model-server.ts';

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
