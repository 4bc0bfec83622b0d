// The files of one version of the app in the browser's cache storage, each held to its digest. Service worker.
import { withIsolation } from './isolation.ts';

/** Of the build's list. */
export interface ShellFile {
  /** Relative to the app's folder, such as `assets/index-CvV6EPyh.js`. */
  readonly url: string;
  /** As of Subresource Integrity, such as `sha256-...`: what the file has to be. */
  readonly integrity: string;
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

/** Unbound, `fetch` throws. */
export const fetchFromHost: FetchFile = (file, init) => fetch(file, init);

/** Enough to fill a connection; all at once would hold up the page that is loading. */
const PARALLEL_FETCHES = 4;

/**
 * Keeps files under address and digest: versions lie beside each other, share what did not change, and never
 * hand out each other's files.
 */
export class ShellFiles {
  readonly #options: ShellFilesOptions;
  /** Keys in the cache, by the address that pages ask for. */
  readonly #keys: ReadonlyMap<string, string>;

  constructor(options: ShellFilesOptions) {
    this.#options = options;
    this.#keys = new Map(
      options.files.map(({ url, integrity }) => {
        const address = new URL(url, options.scope).href;
        return [address, `${address}?integrity=${encodeURIComponent(integrity)}`];
      }),
    );
  }

  /**
   * Fetches what is not here yet. Rejects when a file is missing or is not the one of the build: then this
   * version is not installed, and the one before it stays.
   */
  async fetchAll(): Promise<void> {
    const cache = await this.#open();
    const waiting = [...this.#options.files];
    const fetchNext = async (): Promise<void> => {
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
        await this.#fetchInto(cache, file);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_FETCHES }, fetchNext));
  }

  /** Whether a file of this version has that address, without query. */
  has(address: string): boolean {
    return this.#keys.has(address);
  }

  /** The file at an address without query; undefined when it is none of this version. */
  async find(address: string): Promise<Response | undefined> {
    const key = this.#keys.get(address);
    return key === undefined ? undefined : (await this.#open()).match(key);
  }

  /** Removes files that this version does not have. */
  async removeOthers(): Promise<void> {
    const cache = await this.#open();
    const own = new Set(this.#keys.values());
    const others = (await cache.keys()).filter(({ url }) => !own.has(url));
    await Promise.all(others.map((request) => cache.delete(request)));
  }

  async #fetchInto(cache: Cache, { url, integrity }: ShellFile): Promise<void> {
    const { scope, fetch: fetchFile = fetchFromHost } = this.#options;
    const address = new URL(url, scope).href;
    const key = this.#keys.get(address) ?? address;
    if ((await cache.match(key)) !== undefined) return;
    // What the page has just loaded is in the browser's cache; what is stale there fails, and comes anew.
    const response = await fetchFile(address, { integrity }).catch(() =>
      fetchFile(address, { integrity, cache: 'reload' }),
    );
    if (!response.ok) throw new TypeError(`${address} was answered with ${response.status}.`);
    // Written with it, it is answered as it lies there, and the browser keeps compiled code beside it.
    await cache.put(key, withIsolation(response));
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
