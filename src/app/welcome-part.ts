// What the visitor reads before anything is downloaded: what will be, its size and licence. Main thread.
import type { AppSession } from './app-session.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { formatBytes, toPercent } from './format.ts';
import { toDownloadRow, toHeading } from './download-table.ts';
import { missingBytes, toRoomWords, toStartWords } from './model-words.ts';
import { isLoading, toLoadProgress } from './view-model.ts';
import type { AppView } from './view-model.ts';

/** @param onPrivacy opens the privacy statement. */
export function createWelcomePart(session: AppSession, onPrivacy: () => void): Part {
  const models = createModelTable();
  const loading = createLoadingPart(session);
  const privacy = h('a', { href: '#privacy' }, ['nothing leaves this device']);
  privacy.addEventListener('click', onPrivacy);
  const element = h('section', { class: 'welcome' }, [
    h('h1', {}, ['Talk with an agent that runs in this tab']),
    h('p', {}, [
      'It listens, thinks and speaks in your browser: ',
      privacy,
      ', unless you configure an endpoint.',
    ]),
    models.element,
    loading.element,
  ]);
  return {
    element,
    update(view) {
      const { messages, waiting, partial } = view.captions;
      const isTalking = messages.length + waiting.length > 0 || partial !== null;
      element.hidden = isTalking && !isLoading(view);
      element.classList.toggle('compact', isTalking);
      models.update(view);
      loading.update(view);
    },
  };
}

function createModelTable(): Part {
  const rows = h('tbody');
  const total = h('td', { class: 'number' });
  const caption = h('caption');
  const room = h('p', { class: 'hint' });
  const table = h('table', { class: 'models' }, [
    caption,
    h('thead', {}, [h('tr', {}, ['Model', 'Licence', 'Size'].map(toHeading))]),
    rows,
    h('tfoot', {}, [h('tr', {}, [h('th', { scope: 'row', colspan: '2' }, ['Together']), total])]),
  ]);
  let shown: readonly unknown[] = [];
  return {
    element: h('div', {}, [table, room]),
    update({ models, libraries, storedModels: stored, freeBytes, state, isStarting }) {
      const isHidden = models === null || state.agent !== 'off' || isStarting;
      table.hidden = isHidden;
      room.hidden = isHidden || room.textContent === '';
      const news = [models, libraries, stored, freeBytes];
      if (models === null || news.every((value, index) => value === shown[index])) return;
      shown = news;
      const sized = [...models, ...libraries.map((each) => ({ ...each, bytes: each.bytes ?? 0 }))];
      rows.replaceChildren(
        ...[...models, ...libraries].map((download) =>
          toDownloadRow({ download, bytes: download.bytes }, { hasSource: false }),
        ),
      );
      setText(caption, toStartWords(sized, { stored, pageUrl: location.href }));
      setText(total, formatBytes(sized.reduce((sum, { bytes }) => sum + bytes, 0)));
      setText(room, toRoomWords(missingBytes(sized, stored), freeBytes) ?? '');
      room.hidden = isHidden || room.textContent === '';
    },
  };
}

function createLoadingPart(session: AppSession): Part {
  const bar = h('progress', { max: '100', 'aria-label': 'Loading the models' });
  const words = h('p', { class: 'loading-words' });
  const pause = button('Pause', () => session.setPaused(!session.view.isPaused), 'quiet');
  const meanwhile = h('p', { class: 'hint' }, [
    'Write meanwhile, if you like: what an answer in words needs is fetched first then.',
  ]);
  const element = h('div', { class: 'loading' }, [bar, words, pause, meanwhile]);
  return {
    element,
    update(view) {
      element.hidden = !isLoading(view);
      const { loadedBytes, totalBytes } = toLoadProgress(view);
      const percent = toPercent(loadedBytes, totalBytes);
      bar.value = percent;
      const amount = `${formatBytes(loadedBytes)} of ${formatBytes(totalBytes)}, ${percent} %`;
      const isArriving = percent < 100 && totalBytes > 0;
      setText(words, isArriving ? `${amount}${toPace(view)}` : 'Getting ready.');
      pause.hidden = !isArriving;
      meanwhile.hidden = !isArriving || !view.isStarting;
      setText(pause, view.isPaused ? 'Continue' : 'Pause');
    },
  };
}

/** Empty while nothing is known, and while nothing comes. */
function toPace({ isPaused, bytesPerSecond, remainingMs }: AppView): string {
  if (isPaused) return ', paused';
  if (bytesPerSecond === null || remainingMs === null) return '';
  return `, ${formatBytes(bytesPerSecond)} a second, ${Math.ceil(remainingMs / 1_000)} s left`;
}
