// A badge that says whether the page works without a network, and proves it by what left the page. Main thread.
import type { AppShell } from '../offline/app-shell.ts';
import type { ShellState } from '../offline/app-shell.ts';
import type { AppSession } from './app-session.ts';
import { h, setText } from './dom.ts';
import { describeOffline } from './offline-words.ts';

/** Follows the shell and the session by itself. @param onOpen shows the privacy statement. */
export function createOfflineBadge(
  session: AppSession,
  shell: AppShell | null,
  onOpen: () => void,
): HTMLElement {
  const element = h('a', { class: 'badge', href: '#privacy', hidden: true });
  if (shell === null) return element;
  element.addEventListener('click', onOpen);
  let shown = '';
  const show = (state: ShellState): void => {
    const { words, detail } = describeOffline(state, session.view);
    if (words + detail === shown) return;
    shown = words + detail;
    element.hidden = words === '';
    element.title = detail;
    setText(element, words);
  };
  show(shell.state);
  shell.onChange(show);
  session.onChange(() => show(shell.state));
  return element;
}
