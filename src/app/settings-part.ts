// The settings a visitor needs: language, engines, pace, mode and devices. Each takes effect at once. Main thread.
import type { AppSession } from './app-session.ts';
import { createDevicesPart } from './devices-part.ts';
import { h, labelledInput, labelledSelect, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { toDeviceWords } from './device-words.ts';
import { createLanguageSelect } from './language-part.ts';
import { createEnginePart } from './engine-part.ts';
import { createMorePart } from './more-part.ts';
import { isWakePhrase, MODES, WAKE_PHRASE } from './settings.ts';
import type { AppSettings } from './settings.ts';
import { createStoragePart } from './storage-part.ts';
import type { AppView } from './view-model.ts';

const MODE_LABELS = {
  automatic: 'Automatic, when you pause',
  'push-to-talk': 'While you hold a button',
  'wake-phrase': 'After you call it by a phrase',
  manual: 'When you press “Answer now”',
} satisfies Record<(typeof MODES)[number], string>;

export function createSettingsPart(session: AppSession): Part {
  const parts = [
    createDeviceWords(),
    createLanguageSelect(session),
    createEnginePart(session, 'tts'),
    createSpeedSlider(session),
    createModeSelect(session),
    createWakePhraseField(session),
    createEnginePart(session, 'stt'),
    createEnginePart(session, 'llm'),
    createDevicesPart(session),
    createMorePart(session),
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

function createModeSelect(session: AppSession): Part {
  const options = MODES.map((mode) => [mode, MODE_LABELS[mode]] as const);
  const { element, select } = labelledSelect('It answers', options, (value) => {
    const mode = MODES.find((known) => known === value);
    if (mode !== undefined) void session.changeSettings(toModeChange(mode, session.view));
  });
  return {
    element,
    update({ settings }) {
      select.value = settings.mode;
    },
  };
}

/** Until the visitor thinks of another. */
const FIRST_WAKE_PHRASE = 'hey parley';

function toModeChange(mode: AppSettings['mode'], { settings }: AppView): Partial<AppSettings> {
  const needsPhrase = mode === WAKE_PHRASE && settings.wakePhrase === '';
  return needsPhrase ? { mode, wakePhrase: FIRST_WAKE_PHRASE } : { mode };
}

function createWakePhraseField(session: AppSession): Part {
  const { element, input } = labelledInput('Phrase that calls it', {
    type: 'text',
    autocomplete: 'off',
  });
  input.addEventListener('change', () => {
    const wakePhrase = input.value.trim();
    input.setCustomValidity(
      isWakePhrase(wakePhrase) ? '' : 'Give a word or two, such as hey parley',
    );
    if (input.reportValidity()) void session.changeSettings({ wakePhrase });
  });
  return {
    element,
    update({ settings }) {
      element.hidden = settings.mode !== WAKE_PHRASE;
      if (document.activeElement !== input) input.value = settings.wakePhrase;
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
