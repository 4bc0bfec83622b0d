// The models on this device: how much room they take, and a button to remove each. Main thread.
import type { StoredModel } from '../index.ts';
import type { AppSession } from './app-session.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { formatBytes } from './format.ts';
import type { AppView } from './view-model.ts';

export function createStoragePart(session: AppSession): Part {
  const words = h('p');
  const body = h('tbody');
  const table = h('table', { class: 'stored' }, [body]);
  const element = h('details', {}, [h('summary', {}, ['Models on this device']), words, table]);
  element.addEventListener('toggle', () => {
    if (element.open) void session.refreshStoredModels();
  });
  let shown: AppView['storedModels'] = null;
  return {
    element,
    update({ storedModels, models }) {
      if (storedModels === shown) return;
      shown = storedModels;
      const stored = storedModels ?? [];
      setText(words, toWords(stored));
      table.hidden = stored.length === 0;
      const nameOf = (id: string): string => models?.find((model) => model.id === id)?.name ?? id;
      body.replaceChildren(...stored.map((model) => toRow(model, nameOf(model.modelId), session)));
    },
  };
}

function toWords(stored: readonly StoredModel[]): string {
  if (stored.length === 0)
    return 'None is kept. What is loaded is fetched again at the next visit.';
  const bytes = stored.reduce((sum, model) => sum + model.bytes, 0);
  return `${formatBytes(bytes)} together, the longest unused first. A model that you delete is fetched again when it is needed.`;
}

function toRow(model: StoredModel, name: string, session: AppSession): HTMLElement {
  const remove = button('Delete', () => void session.deleteStoredModel(model.modelId), 'quiet');
  remove.setAttribute('aria-label', `Delete ${name}`);
  const state = model.isComplete ? [] : [h('small', {}, ['not complete'])];
  return h('tr', {}, [
    h('td', {}, [name, ...state]),
    h('td', { class: 'number' }, [formatBytes(model.bytes)]),
    h('td', {}, [remove]),
  ]);
}
