// Which language model answers: one on this device, or an endpoint of the visitor's. Main thread.
import type { AppSession } from './app-session.ts';
import { createChoicePart } from './choice-part.ts';
import { h, labelledInput } from './dom.ts';
import type { Part } from './dom.ts';
import { isEndpointUrl } from './settings.ts';
import type { EndpointSettings } from './settings.ts';

export function createEndpointPart(session: AppSession): Part {
  const form = createForm((endpoint) => void session.changeSettings({ endpoint }));
  const choice = createChoicePart({
    stage: 'llm',
    label: 'Language model',
    others: [['endpoint', 'OpenAI-compatible endpoint']],
    onChoose: (value) => {
      const isLocal = value !== 'endpoint';
      form.element.hidden = isLocal;
      if (isLocal) void session.changeSettings({ endpoint: null, languageModel: value });
    },
  });
  let shown: EndpointSettings | null | undefined;
  return {
    element: h('div', { class: 'group' }, [choice.element, form.element]),
    update(view) {
      const { endpoint } = view.settings;
      // A form that is being filled in is not given up for what happens meanwhile.
      if (endpoint !== null || form.element.hidden) choice.update(view);
      if (endpoint === shown) return;
      shown = endpoint;
      form.element.hidden = endpoint === null;
      if (endpoint !== null) form.fill(endpoint);
    },
  };
}

function createForm(onUse: (endpoint: EndpointSettings) => void): {
  element: HTMLFormElement;
  fill: (endpoint: EndpointSettings) => void;
} {
  const url = labelledInput('Address, up to the version', {
    type: 'url',
    required: true,
    placeholder: 'https://host/v1',
  });
  const model = labelledInput('Model name', { type: 'text', required: true, autocomplete: 'off' });
  const key = labelledInput('Key, kept in memory only', { type: 'password', autocomplete: 'off' });
  const element = h('form', { class: 'endpoint', hidden: true }, [
    ...[url, model, key].map((field) => field.element),
    h('p', { class: 'hint' }, ['What you say and type is sent there as text. Audio is not.']),
    h('button', { type: 'submit' }, ['Use this endpoint']),
  ]);
  url.input.addEventListener('input', () => url.input.setCustomValidity(''));
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const baseUrl = url.input.value.trim();
    if (isEndpointUrl(baseUrl)) {
      onUse({ baseUrl, model: model.input.value.trim(), key: key.input.value });
      return;
    }
    url.input.setCustomValidity('Give an address such as https://host/v1');
    url.input.reportValidity();
  });
  return {
    element,
    fill(endpoint) {
      url.input.value = endpoint.baseUrl;
      model.input.value = endpoint.model;
      key.input.value = endpoint.key;
    },
  };
}
