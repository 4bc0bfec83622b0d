// Files of the app that not every visitor needs, kept once they were asked for: runtimes of other models.
// Service worker.

export interface LazyFilesOptions {
  /** The app's folder, absolute, ending in `/`. */
  readonly scope: string;
  readonly caches: CacheStorage;
  /** Of the app: what was kept for another one is let go of. */
  readonly version: string;
}

/** In the app's folder. Models are the model store's. */
const KEPT = /^assets\/[^/]+$/u;

export class LazyFiles {
  readonly #options: LazyFilesOptions;

  constructor(options: LazyFilesOptions) {
    this.#options = options;
  }

  /** Whether a file of that address is kept once it came. */
  has(address: string): boolean {
    const { scope } = this.#options;
    return address.startsWith(scope) && KEPT.test(address.slice(scope.length));
  }

  async find(address: string): Promise<Response | undefined> {
    return this.has(address) ? (await this.#open()).match(address) : undefined;
  }

  /**
   * Keeps a whole answer; one that is cut short leaves nothing behind. Where storage is full or forbidden the
   * file is not kept, and asked for again the next time.
   */
  async keep(address: string, response: Response): Promise<void> {
    // A host's page for missing files is not the file.
    const isPage = response.headers.get('content-type')?.includes('text/html') === true;
    if (response.status !== 200 || isPage) return;
    try {
      await (await this.#open()).put(address, response);
    } catch {
      // Said above; the page has its copy.
    }
  }

  /** Lets go of what was kept for other versions. */
  async removeOthers(): Promise<void> {
    const { caches, scope } = this.#options;
    const names = (await caches.keys()).filter((name) => name.startsWith(`${PREFIX} ${scope} `));
    const others = names.filter((name) => name !== this.#name);
    await Promise.all(others.map((name) => caches.delete(name)));
  }

  get #name(): string {
    return `${PREFIX} ${this.#options.scope} ${this.#options.version}`;
  }

  #open(): Promise<Cache> {
    return this.#options.caches.open(this.#name);
  }
}

/** Of the names of caches; the app's folder follows, as several apps may share an origin. */
const PREFIX = 'parley-files';
