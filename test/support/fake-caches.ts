// Cache storage in memory, for what the service worker keeps: keyed by address, as the browser's is here. Node.

class FakeCache {
  readonly #entries = new Map<string, Response>();
  readonly #room: { files: number };

  constructor(room: { files: number }) {
    this.#room = room;
  }

  async match(key: string, { ignoreSearch = false } = {}): Promise<Response | undefined> {
    if (!ignoreSearch) return this.#entries.get(key)?.clone();
    const plain = (url: string): string => url.replace(/\?.*$/u, '');
    return [...this.#entries].find(([url]) => plain(url) === plain(key))?.[1].clone();
  }

  async put(key: string, response: Response): Promise<void> {
    // Reads the whole body first: one that breaks off leaves nothing.
    const body = await response.arrayBuffer();
    if (this.#entries.size >= this.#room.files)
      throw new DOMException('full', 'QuotaExceededError');
    this.#entries.set(key, new Response(body, response));
  }

  async keys(): Promise<readonly Request[]> {
    return [...this.#entries.keys()].map((url) => new Request(url));
  }

  async delete(key: Request | string): Promise<boolean> {
    return this.#entries.delete(typeof key === 'string' ? key : key.url);
  }
}

/** @param room how many files each cache takes; may change. */
export function createFakeCaches(room: { files: number } = { files: Infinity }): CacheStorage {
  const caches = new Map<string, FakeCache>();
  const fake = {
    async open(name: string) {
      const cache = caches.get(name) ?? new FakeCache(room);
      caches.set(name, cache);
      return cache;
    },
    keys: async () => [...caches.keys()],
    delete: async (name: string) => caches.delete(name),
  };
  return fake as unknown as CacheStorage;
}
