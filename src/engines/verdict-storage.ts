// What was found out about this device, as short texts that the browser keeps between visits. Any thread of a secure page.

const CACHE_NAME = 'parley-self-tests';

/**
 * In the browser's cache storage, which workers have too. A browser that refuses to store forgets: what is to be known
 * is found out again. Never rejects.
 */
export const verdictStorage = {
  /** Null where nothing is kept. */
  async read(key: string): Promise<string | null> {
    try {
      const cache = await caches.open(CACHE_NAME);
      return (await (await cache.match(addressOf(key)))?.text()) ?? null;
    } catch {
      return null;
    }
  },
  async write(key: string, text: string): Promise<void> {
    try {
      const cache = await caches.open(CACHE_NAME);
      await cache.put(addressOf(key), new Response(text));
    } catch {
      // Told once more at the next visit.
    }
  },
  /** Forgets all of them. */
  async clear(): Promise<void> {
    try {
      await caches.delete(CACHE_NAME);
    } catch {
      // Nothing is kept there.
    }
  },
};

/** Cache storage keeps things by address; this one is never fetched. */
function addressOf(key: string): string {
  return `https://self-test.invalid/${encodeURIComponent(key)}`;
}
