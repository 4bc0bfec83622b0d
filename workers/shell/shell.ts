// What the service worker answers: files of its version first, kept files next, the host last. Service worker.
import { isIsolationRefused, withIsolation, withoutIsolation } from './isolation.ts';
import { LazyFiles } from './lazy-files.ts';
import { ShellFiles, fetchFromHost, withoutQuery } from './shell-files.ts';
import type { ShellFilesOptions } from './shell-files.ts';

export interface Shell {
  /** Rejects when a file is missing or another one; nothing changes then. */
  install(): Promise<void>;
  /** Lets go of the files of other versions. */
  activate(): Promise<void>;
  /** Whether the shell answers it; everything else goes its way as if there were no service worker. */
  isOwn(request: Request): boolean;
  /** Rejects as `fetch` does. */
  answer(request: Request, event: ShellEvent): Promise<Response>;
  /** Breaks off what is being fetched from the host. */
  giveWay(): void;
}

export interface ShellEvent {
  /** The host has to be asked. */
  onLeave(): void;
  /** Keeps the service worker alive until then. */
  waitUntil(work: Promise<unknown>): void;
}

const PAGE = 'index.html';

export function createShell(options: ShellFilesOptions): Shell {
  const { scope, caches, fetch: fetchFile = fetchFromHost } = options;
  const files = new ShellFiles(options);
  const page = options.files.find(({ url }) => url === PAGE);
  const lazy = new LazyFiles({ scope, caches, version: page?.integrity ?? '' });

  let fetching = new AbortController();

  async function find({ url }: Request): Promise<Response | undefined> {
    const address = toAddress(url);
    return (await files.find(address)) ?? lazy.find(address);
  }

  function toAddress(url: string): string {
    const address = withoutQuery(url);
    return address === scope ? scope + PAGE : address;
  }

  function fetchFromThere(request: Request): Promise<Response> {
    // A page that is asked for must be passed on as it is.
    if (request.mode === 'navigate') return fetchFile(request);
    return fetchFile(request, { signal: AbortSignal.any([request.signal, fetching.signal]) });
  }

  async function ask(request: Request, event: ShellEvent): Promise<Response> {
    event.onLeave();
    const response = await fetchFromThere(request);
    // Pages, scripts and workers need the headers; data does not.
    const answer = request.destination === '' ? response : withIsolation(response);
    const address = withoutQuery(request.url);
    // A page that reads never waits for the disk.
    if (lazy.has(address)) event.waitUntil(lazy.keep(address, answer.clone()));
    return answer;
  }

  return {
    install: () => files.fetchAll(),
    activate: async () => {
      await Promise.all([files.removeOthers(), lazy.removeOthers()]);
    },
    isOwn({ method, url, headers, destination }) {
      if (method !== 'GET' || !url.startsWith(scope) || headers.has('range')) return false;
      // Without a destination it is data. Models are the model store's, and go past a service worker, which could
      // not be replaced while it passes them on.
      const address = toAddress(url);
      return destination !== '' || files.has(address) || lazy.has(address);
    },
    async answer(request, event) {
      const answer = (await find(request)) ?? (await ask(request, event));
      const isPlain = request.mode === 'navigate' && isIsolationRefused(request.url);
      return isPlain ? withoutIsolation(answer) : answer;
    },
    giveWay() {
      fetching.abort();
      fetching = new AbortController();
    },
  };
}
