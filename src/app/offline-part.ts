// A badge that says whether the page works without a network, and proves it by what left the page. Main thread.
import type { AppShell } from '../offline/app-shell.ts';
import type { ShellState } from '../offline/app-shell.ts';
import { h, setText } from './dom.ts';

/** Follows the shell by itself. @param onOpen shows the privacy statement. */
export function createOfflineBadge(shell: AppShell | null, onOpen: () => void): HTMLElement {
  const element = h('a', { class: 'badge', href: '#privacy' });
  element.addEventListener('click', onOpen);
  const show = (state: ShellState): void => {
    const { words, detail } = describeShell(state);
    element.hidden = words === '';
    element.title = detail;
    setText(element, words);
  };
  element.hidden = true;
  if (shell !== null) {
    show(shell.state);
    shell.onChange(show);
  }
  return element;
}

/** Empty words where nothing is known. The count is the service worker's own: of the app, not of one page. */
export function describeShell(state: ShellState): { words: string; detail: string } {
  const { isCounting, isKept, requestsLeft, hosts } = state;
  if (!isKept) return { words: '', detail: '' };
  if (!isCounting) {
    const detail = 'This page is kept on this device: from the next visit on it needs no network.';
    return { words: 'Kept for offline', detail };
  }
  const counted = 'in all its tabs since this one was opened, by the count of its service worker.';
  if (requestsLeft === 0) {
    return { words: 'Offline: 0 requests', detail: `No request left this app ${counted}` };
  }
  const noun = requestsLeft === 1 ? 'request' : 'requests';
  return {
    words: `${requestsLeft} ${noun} sent`,
    detail: `${requestsLeft} ${noun} left this app ${counted} To: ${hosts.join(', ')}.`,
  };
}
