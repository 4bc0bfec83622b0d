// A line on what comes while the conversation goes on: a better engine on its way, and what became of it. Main thread.
import type { AppSession } from './app-session.ts';
import { toLaterWords } from './device-words.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { toLaterProgress } from './view-model.ts';
import type { AppView } from './view-model.ts';

export function createLaterPart(session: AppSession): Part {
  const words = h('span', { role: 'status' });
  const pause = button('Pause', () => session.setPaused(!session.view.isPaused), 'quiet');
  const element = h('p', { class: 'later hint', hidden: true }, [words, pause]);
  return {
    element,
    update(view) {
      const text = toText(view);
      element.hidden = text === '';
      setText(words, text);
      const progress = toLaterProgress(view);
      pause.hidden = progress === null || progress.loadedBytes >= progress.totalBytes;
      setText(pause, view.isPaused ? 'Continue' : 'Pause');
    },
  };
}

function toText(view: AppView): string {
  const coming = (view.device?.choices ?? []).filter(({ better }) => better !== null);
  const progress = toLaterProgress(view);
  if (coming.length === 0 || progress === null) return view.engineNews ?? '';
  return coming.map((choice) => toLaterWords(choice, progress)).join(' ');
}
