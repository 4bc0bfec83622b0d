// The state of the conversation: a lamp with words, and the same words for screen readers once they
// have settled. Main thread.
import { h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { toStatus } from './status-words.ts';

/** States that pass within this time are not announced. */
const ANNOUNCE_AFTER_MS = 1_000;

/** @param meter moves with the sound; it is shown beside the words. */
export function createStatusPart(meter: HTMLElement): Part {
  const words = h('span', { class: 'status-words' });
  const announcement = h('span', { class: 'visually-hidden', role: 'status' });
  const element = h('div', { class: 'status' }, [meter, words, announcement]);
  let timer: number | undefined;
  return {
    element,
    update(view) {
      const status = toStatus(view);
      element.dataset['tone'] = status.tone;
      if (words.textContent === status.words) return;
      setText(words, status.words);
      clearTimeout(timer);
      timer = window.setTimeout(() => setText(announcement, status.words), ANNOUNCE_AFTER_MS);
    },
  };
}
