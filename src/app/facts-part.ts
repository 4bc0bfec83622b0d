// What the page runs on, how long turns took, and what leaves the device. Main thread.
import type { ChosenStage, EngineInfo } from '../index.ts';
import { h } from './dom.ts';
import type { Part } from './dom.ts';
import { BROWSER_MODEL, WEB_SPEECH } from './settings.ts';
import type { EndpointsSettings } from './settings.ts';
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

/** What an endpoint for it is sent. */
const LEAVING = {
  stt: 'audio of what you say goes',
  llm: 'text goes',
  tts: 'what the agent says goes as text',
} satisfies Record<ChosenStage, string>;

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

function toEngineFacts({ engines, settings: { endpoints } }: AppView): [string, string][] {
  const here = engines.filter(({ name, backend }) => name === WEB_SPEECH || backend !== 'remote');
  return [
    ...here.map((engine): [string, string] => [STAGES[engine.stage], describe(engine)]),
    ...toHosts(endpoints).map(([stage, host]): [string, string] => [STAGES[stage], host]),
  ];
}

/** Stages that run elsewhere, in the order in which a turn passes them. */
function toHosts(endpoints: EndpointsSettings): [ChosenStage, string][] {
  return (['stt', 'llm', 'tts'] as const).flatMap((stage): [ChosenStage, string][] => {
    const endpoint = endpoints[stage];
    return endpoint === null ? [] : [[stage, new URL(endpoint.baseUrl).host]];
  });
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
      'What you say, and what is answered, stays on this device, unless you configure an endpoint: ' +
        'audio goes to one that writes it down, text to one that thinks or speaks. ' +
        'Models are kept on this device, the conversation is not: it ends with this page. There is no telemetry.',
    ]),
    now,
  ]);
  return {
    element,
    update({ settings: { endpoints, recogniser, languageModel } }) {
      const leaving = toHosts(endpoints).map(([stage, host]) => `${LEAVING[stage]} to ${host}`);
      if (endpoints.stt === null && recogniser === WEB_SPEECH) {
        leaving.unshift(`${LEAVING.stt} to this browser’s own recogniser, which may send it on`);
      }
      if (endpoints.llm === null && languageModel === BROWSER_MODEL) {
        leaving.push(`${LEAVING.llm} to this browser’s own language model, which may send it on`);
      }
      now.textContent = `Now: ${leaving.join(', ') || 'nothing leaves this device'}.`;
    },
  };
}
