// Asks before a change of settings fetches anything; the conversation goes on meanwhile. Main thread.
import type { AppSession } from './app-session.ts';
import type { ConsentRequest } from './consent.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { toDownloadRow, toHeading } from './download-table.ts';
import { toSizeWords } from './downloads.ts';

const TITLE_ID = 'consent-title';

const MEANWHILE =
  'Nothing is fetched unless you agree. The conversation goes on either way, with the present one until the new one is ready';

export function createConsentPart(session: AppSession): Part {
  const title = h('h2', { id: TITLE_ID });
  const meanwhile = h('p', { class: 'hint' });
  const rows = h('tbody');
  const table = h('table', { class: 'models' }, [
    h('thead', {}, [h('tr', {}, ['Model or library', 'Licence', 'Size'].map(toHeading))]),
    rows,
  ]);
  const agree = button('', () => leave(() => void session.agree()), 'primary');
  const keep = button('Keep the present one', () => leave(() => session.decline()));
  const element = h(
    'section',
    { class: 'consent', role: 'dialog', 'aria-labelledby': TITLE_ID, tabindex: '-1', hidden: true },
    [
      title,
      meanwhile,
      h(
        'div',
        { class: 'consent-table', tabindex: '0', role: 'group', 'aria-labelledby': TITLE_ID },
        [table],
      ),
      h('div', { class: 'row' }, [agree, keep]),
    ],
  );
  let shown: ConsentRequest | null = null;
  let before: Element | null = null;
  const leave = (answer: () => void): void => {
    answer();
    if (before instanceof HTMLElement) before.focus();
  };
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave(() => session.decline());
  });
  return {
    element,
    update({ consent }) {
      if (consent === shown) return;
      shown = consent;
      element.hidden = consent === null;
      if (consent === null) return;
      const until = consent.leavesEndpoint
        ? ', so what is said goes to its address until then.'
        : '.';
      const size = toSizeWords(consent.missing);
      setText(title, `Fetch ${size} for this change?`);
      setText(meanwhile, `${MEANWHILE}${until}`);
      setText(agree, `Fetch ${size}`);
      rows.replaceChildren(
        ...consent.missing.map((each) => toDownloadRow(each, { hasSource: true })),
      );
      before = document.activeElement;
      element.focus();
    },
  };
}
