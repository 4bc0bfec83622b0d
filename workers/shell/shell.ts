// What the service worker answers: files that it keeps first, the host last. Service worker.
import { isIsolationRefused, withIsolation, withoutIsolation } from './isolation.ts';
import { ShellFiles, fetchFromHost, withoutQuery } from './shell-files.ts';
import type { ShellFilesOptions } from './shell-files.ts';

export interface Shell {
  /** Rejects when a file is missing or another one, or there is no room; nothing changes then. */
  install(): Promise<void>;
  /** Lets go of the files of other versions. */
  removeOthers(): Promise<void>;
  /** Keeps what pages have loaded past it; the host is not asked. */
  keepLoaded(): Promise<void>;
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
  const { scope, fetch: fetchFile = fetchFromHost } = options;
  const files = new ShellFiles(options);
  let fetching = new AbortController();

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
    if (files.has(address)) event.waitUntil(files.keep(address, answer.clone()));
    return answer;
  }

  return {
    install: () => files.fetchAll(),
    removeOthers: () => files.removeOthers(),
    keepLoaded: () => files.keepLoaded(),
    isOwn({ method, url, headers, destination }) {
      if (method !== 'GET' || !url.startsWith(scope) || headers.has('range')) return false;
      // Without a destination it is data. Models are the model store's, and go past a service worker, which could
      // not be replaced while it passes them on.
      return destination !== '' || files.has(toAddress(url));
    },
    async answer(request, event) {
      const answer = (await files.find(toAddress(request.url))) ?? (await ask(request, event));
      const isPlain = request.mode === 'navigate' && isIsolationRefused(request.url);
      return isPlain ? withoutIsolation(answer) : answer;
    },
    giveWay() {
      fetching.abort();
      fetching = new AbortController();
    },
  };
}
