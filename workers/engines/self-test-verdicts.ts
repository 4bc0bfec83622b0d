// Remembers which adapters said a golden utterance right, between visits. Any thread of a secure page.

export type Verdict = 'passed' | 'failed';

export interface VerdictStore {
  /** Null where nothing is remembered. */
  read(key: string): Promise<Verdict | null>;
  write(key: string, verdict: Verdict): Promise<void>;
}

const CACHE_NAME = 'parley-self-tests';

/**
 * In the browser's cache storage, which every page with WebGPU has. A browser that refuses to store forgets: the test
 * is made again.
 */
export const storedVerdicts: VerdictStore = {
  async read(key) {
    try {
      const cache = await caches.open(CACHE_NAME);
      const text = await (await cache.match(addressOf(key)))?.text();
      return text === 'passed' || text === 'failed' ? text : null;
    } catch {
      return null;
    }
  },
  async write(key, verdict) {
    try {
      const cache = await caches.open(CACHE_NAME);
      await cache.put(addressOf(key), new Response(verdict));
    } catch {
      // Told once more at the next visit.
    }
  },
};

/** Cache storage keeps things by address; this one is never fetched. */
function addressOf(key: string): string {
  return `https://self-test.invalid/${encodeURIComponent(key)}`;
}
