// Which engine a stage has: one of this site on this device, one of the browser's, or an endpoint of the visitor's. Main thread.
import type { ChosenStage } from '../index.ts';
import type { AppSession } from './app-session.ts';
import { createChoicePart } from './choice-part.ts';
import { h, labelledInput, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { BROWSER_MODEL, createSessionId, isEndpointUrl, PERSONA, WEB_SPEECH } from './settings.ts';
import type { AppSettings, EndpointSettings } from './settings.ts';

interface StageWords {
  readonly label: string;
  readonly autoLabel: string;
  /** Of the form. */
  readonly title: string;
  /** What the endpoint is sent. */
  readonly sent: string;
}

const WORDS = {
  stt: {
    label: 'Recogniser',
    autoLabel: 'Automatic',
    title: 'Endpoint of the recogniser',
    sent: 'What you say is sent there as audio.',
  },
  llm: {
    label: 'Language model',
    autoLabel: 'Automatic',
    title: 'Endpoint of the language model',
    sent: 'What you say and type is sent there as text. Audio is not.',
  },
  tts: {
    label: 'Voice of the agent',
    autoLabel: 'Automatic',
    title: 'Endpoint of the voice',
    sent: 'What the agent says is sent there as text.',
  },
} satisfies Record<ChosenStage, StageWords>;

export function createEnginePart(session: AppSession, stage: ChosenStage): Part {
  const { label, autoLabel } = WORDS[stage];
  const change = (endpoint: EndpointSettings | null, settings: Partial<AppSettings>): void => {
    const endpoints = { ...session.view.settings.endpoints, [stage]: endpoint };
    void session.changeSettings({ endpoints, ...settings });
  };
  const form = createForm(stage, (endpoint) => change(endpoint, {}));
  const choice = createChoicePart({
    ...{ stage, label, autoLabel },
    others: [...ofBrowser(stage), ...ELSEWHERE[stage]],
    onChoose: (value) => {
      const isElsewhere = ELSEWHERE[stage].some(([name]) => name === value);
      form.element.hidden = !isElsewhere;
      if (isElsewhere) form.ask(value === FLOW);
      else change(null, toSetting(stage, value));
    },
  });
  let shown: EndpointSettings | null | undefined;
  return {
    element: h('div', { class: 'group' }, [choice.element, form.element]),
    update(view) {
      const endpoint = view.settings.endpoints[stage];
      // A form that is being filled in is not given up for what happens meanwhile.
      if (endpoint !== null || form.element.hidden) choice.update(view);
      if (endpoint === shown) return;
      shown = endpoint;
      form.element.hidden = endpoint === null;
      if (endpoint !== null) form.fill(endpoint);
    },
  };
}

const FLOW = 'flow';
const ENDPOINT = ['endpoint', 'OpenAI-compatible endpoint'] as const;

const ELSEWHERE: Readonly<Record<ChosenStage, readonly (readonly [string, string])[]>> = {
  stt: [ENDPOINT],
  llm: [ENDPOINT, [FLOW, 'Flow endpoint']],
  tts: [ENDPOINT],
};

/** What the browser brings along, and what needs no model. */
function ofBrowser(stage: ChosenStage): [string, string][] {
  const isThere = (name: string): boolean => name in globalThis;
  if (stage === 'tts' && isThere('speechSynthesis')) {
    return [[WEB_SPEECH, 'A voice of this system, which can only be cut off']];
  }
  if (stage === 'llm') {
    const own: [string, string][] = isThere('LanguageModel')
      ? [[BROWSER_MODEL, 'The browser’s own (Prompt API)']]
      : [];
    return [...own, [PERSONA, 'A script in place of a model']];
  }
  const hasRecogniser = isThere('SpeechRecognition') || isThere('webkitSpeechRecognition');
  return stage === 'stt' && hasRecogniser
    ? [[WEB_SPEECH, 'The browser’s own, which may send audio to its maker']]
    : [];
}

function toSetting(stage: ChosenStage, engine: string): Partial<AppSettings> {
  if (stage === 'stt') return { recogniser: engine };
  if (stage === 'llm') return { languageModel: engine };
  return { voice: engine };
}

const MODEL_NAME = 'Model name';

function createForm(
  stage: ChosenStage,
  onUse: (endpoint: EndpointSettings) => void,
): {
  element: HTMLFormElement;
  /** For a flow, or an endpoint of the usual kind. */
  ask: (isFlow: boolean) => void;
  fill: (endpoint: EndpointSettings) => void;
} {
  const { title, sent } = WORDS[stage];
  const url = labelledInput('Address, up to the version', {
    type: 'url',
    required: true,
    placeholder: 'https://host/v1',
  });
  let isFlow = false;
  const model = labelledInput(MODEL_NAME, { type: 'text', required: true, autocomplete: 'off' });
  const voice = labelledInput('Voice, as it is called there', {
    type: 'text',
    autocomplete: 'off',
  });
  const key = labelledInput('Key, kept in memory only', { type: 'password', autocomplete: 'off' });
  const fields = stage === 'tts' ? [url, model, voice, key] : [url, model, key];
  const element = h('form', { class: 'endpoint', 'aria-label': title, hidden: true }, [
    ...fields.map((field) => field.element),
    h('p', { class: 'hint' }, [sent]),
    h('button', { type: 'submit' }, ['Use this endpoint']),
  ]);
  url.input.addEventListener('input', () => url.input.setCustomValidity(''));
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const baseUrl = url.input.value.trim();
    if (isEndpointUrl(baseUrl)) {
      const [named, spoken] = [model, voice].map(({ input }) => input.value.trim());
      const flow = isFlow ? { sessionId: createSessionId() } : {};
      onUse({ baseUrl, model: named ?? '', voice: spoken ?? '', key: key.input.value, ...flow });
      return;
    }
    url.input.setCustomValidity('Give an address such as https://host/v1');
    url.input.reportValidity();
  });
  const ask = (asksFlow: boolean): void => {
    isFlow = asksFlow;
    const name = model.element.querySelector('span');
    if (name !== null) setText(name, isFlow ? 'Name of the flow' : MODEL_NAME);
  };
  return {
    element,
    ask,
    fill(endpoint) {
      ask(endpoint.sessionId !== undefined);
      url.input.value = endpoint.baseUrl;
      model.input.value = endpoint.model;
      voice.input.value = endpoint.voice;
      key.input.value = endpoint.key;
    },
  };
}
