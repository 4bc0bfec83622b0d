// Joins the page to its service worker, where there is one: what keeps the app on the device. Main thread.
import { AppShell } from '../offline/app-shell.ts';
import { ConversationLock } from '../offline/conversation-lock.ts';
import type { AppSession } from './app-session.ts';
import type { Notice } from './notices.ts';
import { isLoading } from './view-model.ts';
import type { AppView } from './view-model.ts';

const SCRIPT = 'service-worker.js';

const UPDATE_NOTICE: Notice = {
  id: 'update',
  title: 'A new version is ready',
  text: 'This page goes on with the version it began with. Reloading ends its conversation.',
  advice: '',
  action: 'update',
};

const BUSY_NOTICE: Notice = {
  id: 'update',
  title: 'The new version has to wait',
  text: 'Another tab is in a conversation with this version. End it, or close that tab, first.',
  advice: '',
  action: 'update',
};

const LATE_NOTICE: Notice = {
  id: 'update',
  title: 'The new version is about to start',
  text: 'The browser is still finishing a request with the version before. This page then reloads by itself, unless it has a conversation by then; closing all tabs of the app starts the new version, too.',
  advice: '',
  action: null,
};

/**
 * Registers the service worker once the page has loaded. Null where there is none: in development, and
 * where the browser has no secure context.
 */
export function openAppShell(session: AppSession): AppShell | null {
  // The build puts it there, together with the script.
  const isBuilt = document.querySelector('link[rel="manifest"]') !== null;
  if (!isBuilt || !isSecureContext || !('serviceWorker' in navigator)) return null;
  const lock = new ConversationLock(navigator.locks, new URL('.', location.href).href);
  const shell = new AppShell({
    container: navigator.serviceWorker,
    lock,
    scriptUrl: SCRIPT,
    reload: () => location.reload(),
  });
  session.onChange((view) => lock.setHeld(hasConversation(view)));
  followLoads(session, shell);
  let hadUpdate = false;
  shell.onChange(({ hasUpdate }) => {
    if (hasUpdate && !hadUpdate) session.notify(UPDATE_NOTICE);
    hadUpdate = hasUpdate;
  });
  // A browser that forbids it, or a host without the script, leaves an app that needs the network.
  const register = (): void => void shell.start().catch(() => undefined);
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
  return shell;
}

/** Has what was loaded kept, and looks at what the device has then: offline is claimed of nothing else. */
function followLoads(session: AppSession, shell: AppShell): void {
  const look = (): void => {
    shell.keepLoaded();
    // Not before a first visit has loaded anything: it takes the store's worker.
    void session.refreshStoredModels();
  };
  let wasLoading = isLoading(session.view);
  session.onChange((view) => {
    const isDone = wasLoading && !isLoading(view);
    wasLoading = isLoading(view);
    if (isDone) look();
  });
  if (shell.state.isCounting) look();
}

/** Reloads with the new version, or says what it waits for. */
export async function takeUpdate(session: AppSession, shell: AppShell): Promise<void> {
  const outcome = await shell.takeUpdate();
  if (outcome === 'conversation') session.notify(BUSY_NOTICE);
  if (outcome === 'late') session.notify(LATE_NOTICE);
}

/** Something to lose: engines that run, or words that were said. */
export function hasConversation({ state, captions }: AppView): boolean {
  return state.agent !== 'off' || captions.messages.length + captions.waiting.length > 0;
}
