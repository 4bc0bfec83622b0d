// The settings a visitor needs: language, engines, pace, mode and devices. Each takes effect at once. Main thread.
import type { AppSession } from './app-session.ts';
import { createDevicesPart } from './devices-part.ts';
import { button, h, labelledInput, labelledSelect, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { toDeviceWords } from './device-words.ts';
import { createLanguageSelect } from './language-part.ts';
import { createEnginePart } from './engine-part.ts';
import { createOfferSelect } from './offer-select.ts';
import { BACKENDS, MODES } from './settings.ts';
import { createStoragePart } from './storage-part.ts';

const BACKEND_LABELS = {
  wasm: 'Processor',
  auto: 'Graphics processor, if it sounds right',
} satisfies Record<(typeof BACKENDS)[number], string>;

const MODE_LABELS = {
  automatic: 'Automatic, when you pause',
  'push-to-talk': 'While you hold a button',
  manual: 'When you press “Answer now”',
} satisfies Record<(typeof MODES)[number], string>;

export function createSettingsPart(session: AppSession): Part {
  const parts = [
    createDeviceWords(),
    createLanguageSelect(session),
    createEnginePart(session, 'tts'),
    createBackendSelect(session),
    createRetryButton(session),
    createSpeedSlider(session),
    createModeSelect(session),
    createEnginePart(session, 'stt'),
    createEnginePart(session, 'llm'),
    createDevicesPart(session),
    createStoragePart(session),
  ];
  return {
    element: h('section', { class: 'settings' }, [
      h('h2', {}, ['Settings']),
      ...parts.map((part) => part.element),
    ]),
    update: (view) => parts.forEach((part) => part.update(view)),
  };
}

function createDeviceWords(): Part {
  const element = h('p', { class: 'hint', hidden: true });
  return {
    element,
    update({ device }) {
      element.hidden = device === null;
      if (device !== null) setText(element, toDeviceWords(device.probe));
    },
  };
}

function createBackendSelect(session: AppSession): Part {
  return createOfferSelect({
    ...{ label: 'Kokoro runs on', setting: 'backend' },
    toPairs: () => BACKENDS.map((backend) => [backend, BACKEND_LABELS[backend]]),
    // An address may ask for one that is tested at every load.
    toValue: ({ settings: { backend } }) => (backend === 'webgpu' ? 'auto' : backend),
    onChoose: (value) => {
      const backend = BACKENDS.find((known) => known === value);
      if (backend !== undefined) void session.changeSettings({ backend });
    },
  });
}

/** For who changed drivers or browser, or saw it fail once: what is kept of earlier tests is forgotten. */
function createRetryButton(session: AppSession): Part {
  const element = button('Try the graphics processor again', () => void session.retryGpu());
  return {
    element,
    update({ device }) {
      element.hidden = device?.probe.gpu.kind !== 'hardware';
    },
  };
}

function createModeSelect(session: AppSession): Part {
  const options = MODES.map((mode) => [mode, MODE_LABELS[mode]] as const);
  const { element, select } = labelledSelect('It answers', options, (value) => {
    const mode = MODES.find((known) => known === value);
    if (mode !== undefined) void session.changeSettings({ mode });
  });
  return {
    element,
    update({ settings }) {
      select.value = settings.mode;
    },
  };
}

function createSpeedSlider(session: AppSession): Part {
  const value = h('output');
  const { element, input } = labelledInput('Pace of the voice', {
    type: 'range',
    min: '0.5',
    max: '2',
    step: '0.1',
  });
  element.append(value);
  input.addEventListener('input', () => setText(value, toWords(input.value)));
  input.addEventListener('change', () => {
    void session.changeSettings({ speed: Number(input.value) });
  });
  return {
    element,
    update({ settings }) {
      if (document.activeElement !== input) input.value = String(settings.speed);
      setText(value, toWords(input.value));
    },
  };
}

function toWords(speed: string): string {
  return `${Number(speed).toFixed(1)} times`;
}
