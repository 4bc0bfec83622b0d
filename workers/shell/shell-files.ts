// The files of one version of the app in the browser's cache storage, each held to its digest. Service worker.
import { withIsolation } from './isolation.ts';

/** Of the build's list. */
export interface ShellFile {
  /** Relative to the app's folder, such as `assets/index-CvV6EPyh.js`. */
  readonly url: string;
  /** As of Subresource Integrity, such as `sha256-...`: what the file has to be. */
  readonly integrity: string;
  /** Only some visitors need it: kept once it was asked for, as the runtimes of other models are. Default false. */
  readonly isLater?: boolean;
}

export type FetchFile = (file: Request | string, init?: RequestInit) => Promise<Response>;

export interface ShellFilesOptions {
  readonly files: readonly ShellFile[];
  /** The app's folder, absolute, ending in `/`. */
  readonly scope: string;
  readonly caches: CacheStorage;
  /** For tests. */
  readonly fetch?: FetchFile;
}

/** A file with its places. */
interface Entry {
  /** What pages ask for. */
  readonly address: string;
  /** In the cache. */
  readonly key: string;
  readonly integrity: string;
  readonly isLater: boolean;
}

/** Unbound, `fetch` throws. */
export const fetchFromHost: FetchFile = (file, init) => fetch(file, init);

/** Enough to fill a connection; all at once would hold up the page that is loading. */
const PARALLEL_FETCHES = 4;

/** In the app's folder: named by their content, so that one name is one file in every version. */
const ASSET = /^assets\/[^/]+$/u;

/**
 * Keeps files under address and digest: versions lie beside each other, share what did not change, and never
 * hand out each other's files.
 */
export class ShellFiles {
  readonly #options: ShellFilesOptions;
  /** By address. */
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(options: ShellFilesOptions) {
    this.#options = options;
    this.#entries = new Map(
      options.files.map(({ url, integrity, isLater = false }) => {
        const address = new URL(url, options.scope).href;
        const key = `${address}?integrity=${encodeURIComponent(integrity)}`;
        return [address, { address, key, integrity, isLater }];
      }),
    );
  }

  /**
   * Fetches what every visitor needs, and what this device has of the version before, as far as it is not here
   * yet. Rejects when a file is missing, is not the one of the build, or finds no room: then nothing of it stays,
   * and the version before goes on.
   */
  async fetchAll(): Promise<void> {
    const cache = await this.#open();
    const inUse = await this.#namesOfOthers(cache);
    const waiting = [...this.#entries.values()].filter(
      ({ address, isLater }) => !isLater || inUse.has(toStableName(address)),
    );
    const added: Entry[] = [];
    const fetchNext = async (): Promise<void> => {
      for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
        if ((await cache.match(entry.key)) !== undefined) continue;
        added.push(entry);
        await this.#fetchInto(cache, entry);
      }
    };
    const stopAll = (error: unknown): never => {
      waiting.length = 0;
      throw error;
    };
    const ends = await Promise.allSettled(
      Array.from({ length: PARALLEL_FETCHES }, () => fetchNext().catch(stopAll)),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return;
    await Promise.all(added.map(({ key }) => cache.delete(key)));
    throw failed.reason;
  }

  /** Whether it is a file of the app, by its address without query: of this version, or of another. */
  has(address: string): boolean {
    return this.#entries.has(address) || this.#isAsset(address);
  }

  /** The file at an address without query; undefined when it is not here. */
  async find(address: string): Promise<Response | undefined> {
    const cache = await this.#open();
    const entry = this.#entries.get(address);
    if (entry !== undefined) return cache.match(entry.key);
    // Of a version whose conversation still runs.
    return this.#isAsset(address) ? cache.match(address, { ignoreSearch: true }) : undefined;
  }

  /**
   * Keeps what the host answered, if it is a file of this version, whole and as it was built: a host's page for
   * missing files is none. Where there is no room it is not kept, and asked for again the next time.
   */
  async keep(address: string, response: Response): Promise<void> {
    const entry = this.#entries.get(address);
    if (entry === undefined || response.status !== 200) return;
    try {
      const bytes = await response.arrayBuffer();
      if ((await toIntegrity(bytes)) !== entry.integrity) return;
      await (await this.#open()).put(entry.key, new Response(bytes, response));
    } catch {
      // Said above; the page has its copy.
    }
  }

  /**
   * Keeps what the browser has fetched for pages and workers that this service worker did not serve yet: what lies
   * in its HTTP cache. Asks the host for nothing.
   */
  async keepLoaded(): Promise<void> {
    const cache = await this.#open();
    for (const entry of this.#entries.values()) {
      if (!entry.isLater || (await cache.match(entry.key)) !== undefined) continue;
      const inBrowser = { cache: 'only-if-cached', mode: 'same-origin' } as const;
      await this.#fetchInto(cache, entry, inBrowser).catch(() => undefined);
    }
  }

  /** Removes files that this version does not have. */
  async removeOthers(): Promise<void> {
    const cache = await this.#open();
    const others = await this.#othersIn(cache);
    await Promise.all(others.map((request) => cache.delete(request)));
  }

  async #fetchInto(cache: Cache, entry: Entry, init?: RequestInit): Promise<void> {
    const { fetch: fetchFile = fetchFromHost } = this.#options;
    const { address, key, integrity } = entry;
    // What the page has just loaded is in the browser's cache; what is stale there fails, and comes anew.
    const response = await fetchFile(address, { integrity, ...init }).catch((error: unknown) => {
      if (init !== undefined) throw error;
      return fetchFile(address, { integrity, cache: 'reload' });
    });
    if (!response.ok) throw new TypeError(`${address} was answered with ${response.status}.`);
    // Written with it, it is answered as it lies there, and the browser keeps compiled code beside it.
    await cache.put(key, withIsolation(response));
  }

  /** Names of other versions' files. */
  async #namesOfOthers(cache: Cache): Promise<ReadonlySet<string>> {
    const others = await this.#othersIn(cache);
    return new Set(others.map(({ url }) => toStableName(withoutQuery(url))));
  }

  async #othersIn(cache: Cache): Promise<Request[]> {
    const own = new Set([...this.#entries.values()].map(({ key }) => key));
    return (await cache.keys()).filter(({ url }) => !own.has(url));
  }

  #isAsset(address: string): boolean {
    const { scope } = this.#options;
    return address.startsWith(scope) && ASSET.test(address.slice(scope.length));
  }

  #open(): Promise<Cache> {
    // Several apps may share an origin, each in a folder of its own.
    return this.#options.caches.open(`parley-shell ${this.#options.scope}`);
  }
}

/** An address as far as files are concerned. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/u, '');
}

/** The same in every version: without the eight characters that the bundler makes of a file's content. */
function toStableName(address: string): string {
  return address.replace(/-[\w-]{8}(\.\w+)$/u, '$1');
}

async function toIntegrity(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
