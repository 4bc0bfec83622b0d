// Entry of the app's service worker: answers pages and workers from the device, and tells pages of every
// request that leaves it.
import { isShellRequest } from '../src/offline/shell-protocol.ts';
import { createShell } from './shell/shell.ts';
import { tellPages } from './shell/tell-pages.ts';
import type { ShellFile } from './shell/shell-files.ts';

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build. */
declare const SHELL_FILES: readonly ShellFile[];

const { caches, clients, registration } = self;
const shell = createShell({ files: SHELL_FILES, scope: registration.scope, caches });

self.addEventListener('install', (event) => event.waitUntil(shell.install()));

self.addEventListener('activate', (event) => {
  // The first version serves the page that brought it, too; a later one is alone by then.
  event.waitUntil(shell.activate().then(() => clients.claim()));
});

self.addEventListener('message', (event) => {
  if (!isShellRequest(event.data)) return;
  if (event.data.type === 'give-way') shell.giveWay();
  else event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const waitUntil = (work: Promise<unknown>): void => event.waitUntil(work);
  const onLeave = (): void => waitUntil(tellPages(clients, event));
  if (shell.isOwn(request)) event.respondWith(shell.answer(request, { onLeave, waitUntil }));
  else onLeave();
});
