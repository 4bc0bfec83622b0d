// Errors in words, each with what to do and a way to put it away. Main thread.
import type { AppSession } from './app-session.ts';
import { button, h } from './dom.ts';
import type { Part } from './dom.ts';
import type { Notice, NoticeAction } from './notices.ts';

const ACTION_LABELS = {
  retry: 'Try again',
  start: 'Try again',
  settings: 'Open settings',
  update: 'Reload for the new version',
  resume: 'Continue',
  'clean-up': 'Delete them',
} satisfies Record<NonNullable<NoticeAction>, string>;

/** @param onAction is told which button of a notice was pressed; the notice is gone by then. */
export function createNoticesPart(
  session: AppSession,
  onAction: (action: NonNullable<NoticeAction>) => void,
): Part {
  const element = h('div', { class: 'notices', role: 'alert' });
  let shown: readonly Notice[] = [];
  const toElement = (notice: Notice): HTMLElement => {
    const { action, id } = notice;
    const buttons = [button('Dismiss', () => session.dismiss(id), 'quiet')];
    if (action !== null) {
      const act = (): void => {
        session.dismiss(id);
        onAction(action);
      };
      buttons.unshift(button(ACTION_LABELS[action], act, 'quiet'));
    }
    const words = [notice.text, notice.advice].filter((text) => text !== '').join(' ');
    return h('section', { class: 'notice', 'data-notice': id }, [
      h('h2', {}, [notice.title]),
      h('p', {}, [words]),
      h('div', { class: 'row' }, buttons),
    ]);
  };
  return {
    element,
    update({ notices }) {
      if (notices === shown) return;
      shown = notices;
      element.replaceChildren(...notices.map(toElement));
    },
  };
}
