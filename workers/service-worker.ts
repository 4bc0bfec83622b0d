// Entry of the app's service worker: answers pages and workers from the device, and tells pages of every
// request that leaves it.
import { isConversing } from '../src/offline/conversation-lock.ts';
import { isShellRequest } from '../src/offline/shell-protocol.ts';
import { createShell } from './shell/shell.ts';
import { tellPages } from './shell/tell-pages.ts';
import type { ShellFile } from './shell/shell-files.ts';

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build. */
declare const SHELL_FILES: readonly ShellFile[];

const { caches, clients, registration, navigator } = self;
const shell = createShell({ files: SHELL_FILES, scope: registration.scope, caches });

/** Of the static routing API, which not every browser has (https://w3c.github.io/ServiceWorker/#install-event-section). */
interface RoutedInstallEvent extends ExtendableEvent {
  addRoutes?(rule: { condition: { requestMode: string }; source: 'fetch-event' }): Promise<void>;
}

self.addEventListener('install', (event: RoutedInstallEvent) => {
  // Chromium may ask the host for a page while it starts its service worker: a request that nobody needs or counts.
  const routed = event.addRoutes?.({
    condition: { requestMode: 'navigate' },
    source: 'fetch-event',
  });
  event.waitUntil(Promise.all([shell.install(), routed]));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

async function activate(): Promise<void> {
  // A later version is alone by now, unless a conversation began while the browser was still changing over: that
  // one goes on with its own files, which stay until the version after.
  if (!(await isConversing(navigator.locks, registration.scope))) await shell.removeOthers();
  // The first version serves the page that brought it, too.
  await clients.claim();
}

self.addEventListener('message', (event) => {
  if (!isShellRequest(event.data)) return;
  const { type } = event.data;
  if (type === 'give-way') shell.giveWay();
  else event.waitUntil(type === 'keep-loaded' ? shell.keepLoaded() : self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const waitUntil = (work: Promise<unknown>): void => event.waitUntil(work);
  const onLeave = (): void => waitUntil(tellPages(clients, event));
  if (shell.isOwn(request)) event.respondWith(shell.answer(request, { onLeave, waitUntil }));
  else onLeave();
});
