// Cache storage in memory, for what the service worker keeps: keyed by address, as the browser's is here. Node.

class FakeCache {
  readonly #entries = new Map<string, Response>();

  async match(key: string): Promise<Response | undefined> {
    return this.#entries.get(key)?.clone();
  }

  async put(key: string, response: Response): Promise<void> {
    // Reads the whole body first: one that breaks off leaves nothing.
    const body = await response.arrayBuffer();
    this.#entries.set(key, new Response(body, response));
  }

  async keys(): Promise<readonly Request[]> {
    return [...this.#entries.keys()].map((url) => new Request(url));
  }

  async delete(key: Request): Promise<boolean> {
    return this.#entries.delete(key.url);
  }
}

export function createFakeCaches(): CacheStorage {
  const caches = new Map<string, FakeCache>();
  const fake = {
    async open(name: string) {
      const cache = caches.get(name) ?? new FakeCache();
      caches.set(name, cache);
      return cache;
    },
    keys: async () => [...caches.keys()],
    delete: async (name: string) => caches.delete(name),
  };
  return fake as unknown as CacheStorage;
}
