// Our model store where WebLLM looks for its cache: the library fetches nothing, and keeps no second copy. Worker.
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';

/** Never asked for: every file is found in the cache. */
const HUB = 'https://hub.invalid/';

export interface StoreCachesOptions {
  readonly files: ModelFiles;
  readonly model: CatalogModel;
  readonly signal: AbortSignal;
}

/** As much of the Cache API as the library uses. */
interface StoreCache {
  match(request: Request): Promise<Response | undefined>;
  add(request: Request): Promise<void>;
  keys(): Promise<Request[]>;
}

export interface StoreCaches {
  readonly caches: { open(scope: string): Promise<StoreCache> };
  /** What the store failed of, if it did: the library wraps it, or says something else. */
  readonly failure: { error?: unknown };
}

/** The address under which the library asks for a file of the model. */
export function hubAddress(modelId: string, fileName = ''): string {
  return `${HUB}${modelId}/resolve/main/${fileName}`;
}

export function createStoreCaches({ files, model, signal }: StoreCachesOptions): StoreCaches {
  const failure: { error?: unknown } = {};
  const names = new Map(model.files.map(({ name }) => [hubAddress(model.id, name), name]));
  const cache: StoreCache = {
    async match({ url }) {
      const name = names.get(url);
      if (name === undefined) return undefined;
      try {
        return new Response(await files.read(model.id, name, { signal }));
      } catch (error) {
        failure.error ??= error;
        throw error;
      }
    },
    add: ({ url }) =>
      Promise.reject(
        new Error(`the catalogue lists no file "${url.split('/').at(-1) ?? url}" of it`),
      ),
    keys: () => Promise.resolve([...names.keys()].map((url) => new Request(url))),
  };
  return { caches: { open: () => Promise.resolve(cache) }, failure };
}
