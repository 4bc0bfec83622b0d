// What the page runs on, how long turns took, and what leaves the device. Main thread.
import type { EngineInfo } from '../index.ts';
import { h } from './dom.ts';
import type { Part } from './dom.ts';
import { createTimingsPart } from './timings-part.ts';
import type { AppView } from './view-model.ts';

const STAGES = {
  vad: 'Hears speech',
  wake: 'Hears its name',
  stt: 'Writes it down',
  turn: 'Takes turns',
  llm: 'Thinks',
  tts: 'Speaks',
} satisfies Record<EngineInfo['stage'], string>;

export function createFactsPart(): Part {
  const parts = [createTimingsPart(), createRuntimePart(), createPrivacyPart()];
  return {
    element: h(
      'div',
      { class: 'facts' },
      parts.map((part) => part.element),
    ),
    update: (view) => parts.forEach((part) => part.update(view)),
  };
}

function createRuntimePart(): Part {
  const body = h('tbody');
  const table = h('table', { class: 'runtime' }, [body]);
  const isolated = globalThis.crossOriginIsolated
    ? 'Isolated: shared memory, several threads'
    : 'Plain: no shared memory, one thread per engine';
  let shown = '';
  return {
    element: h('details', {}, [h('summary', {}, ['What this page runs on']), table]),
    update(view) {
      const facts = toEngineFacts(view);
      const key = JSON.stringify(facts);
      if (key === shown) return;
      shown = key;
      body.replaceChildren(
        toFact('Page', isolated),
        toFact('Processor', `${navigator.hardwareConcurrency} cores`),
        ...facts.map(([name, value]) => toFact(name, value)),
      );
    },
  };
}

function toEngineFacts({ engines, settings: { endpoint } }: AppView): [string, string][] {
  const here = engines.filter(({ stage }) => stage !== 'llm' || endpoint === null);
  const facts = here.map((engine): [string, string] => [STAGES[engine.stage], describe(engine)]);
  return endpoint === null ? facts : [...facts, [STAGES.llm, new URL(endpoint.baseUrl).host]];
}

function describe({ name, backend, threads }: EngineInfo): string {
  return `${name}, ${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function toFact(name: string, value: string): HTMLElement {
  return h('tr', {}, [h('th', { scope: 'row' }, [name]), h('td', {}, [value])]);
}

function createPrivacyPart(): Part {
  const now = h('p', { class: 'privacy-now' });
  const element = h('section', { id: 'privacy', tabindex: '-1' }, [
    h('h2', {}, ['Privacy']),
    h('p', {}, [
      'Audio stays on this device. Text goes to an endpoint only if you configure one. ' +
        'Models are kept on this device, the conversation is not: it ends with this page. There is no telemetry.',
    ]),
    now,
  ]);
  return {
    element,
    update({ settings: { endpoint } }) {
      now.textContent =
        endpoint === null
          ? 'Now: nothing leaves this device.'
          : `Now: text goes to ${new URL(endpoint.baseUrl).host}.`;
    },
  };
}
