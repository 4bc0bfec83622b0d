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

  async function find({ url }: Request): Promise<Response | undefined> {
    const address = withoutQuery(url);
    return (await files.find(address === scope ? scope + PAGE : address)) ?? lazy.find(address);
  }

  async function ask(request: Request, event: ShellEvent): Promise<Response> {
    event.onLeave();
    const response = await fetchFile(request);
    // Pages, scripts and workers need the headers. Without a destination it is data: large, and left alone.
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
    isOwn: ({ method, url, headers }) =>
      method === 'GET' && url.startsWith(scope) && !headers.has('range'),
    async answer(request, event) {
      const answer = (await find(request)) ?? (await ask(request, event));
      const isPlain = request.mode === 'navigate' && isIsolationRefused(request.url);
      return isPlain ? withoutIsolation(answer) : answer;
    },
  };
}
