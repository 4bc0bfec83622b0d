// Engines that few visitors look for, folded away: voice activity, the end of a turn, phonemes, and what the voice runs on. Main thread.
import type { AppSession } from './app-session.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { createOfferSelect } from './offer-select.ts';
import type { OfferSelectOptions } from './offer-select.ts';
import { BACKENDS, DETECTORS, PHONEMES, TRANSCRIPT, TURN_ENDS } from './settings.ts';
import type { AppView } from './view-model.ts';

const DETECTOR_LABELS = {
  silero: 'Silero',
  'sherpa-onnx': 'Silero, run by sherpa-onnx',
  energy: 'Loudness alone, without a model',
} satisfies Record<(typeof DETECTORS)[number], string>;

const TURN_LABELS = {
  'smart-turn': 'Smart Turn',
  timer: 'Half a second of silence',
} satisfies Record<(typeof TURN_ENDS)[number], string>;

const PHONEME_LABELS = {
  auto: 'A lexicon',
  espeak: 'eSpeak NG',
} satisfies Record<(typeof PHONEMES)[number], string>;

const BACKEND_LABELS = {
  wasm: 'Processor',
  auto: 'Graphics processor, if it sounds right',
} satisfies Record<(typeof BACKENDS)[number], string>;

const AT_START = 'Taken at the start: holds once this page is opened again.';

export function createMorePart(session: AppSession): Part {
  const parts = [
    createChoice(session, 'vad', toPairs(DETECTORS, DETECTOR_LABELS)),
    createChoice(session, 'turn', toPairs(TURN_ENDS, TURN_LABELS)),
    createSpotterSelect(session),
    createChoice(session, 'phonemes', toPairs(PHONEMES, PHONEME_LABELS)),
    createBackendSelect(session),
    createRetryButton(session),
  ];
  return {
    element: h('details', { class: 'more' }, [
      h('summary', {}, ['More']),
      h('div', { class: 'group' }, [...parts.map((part) => part.element)]),
    ]),
    update: (view) => parts.forEach((part) => part.update(view)),
  };
}

const LABELS = {
  vad: 'Speech is told from noise by',
  turn: 'The end of a turn is told by',
  phonemes: 'Words are pronounced by',
} as const;

function toPairs<Value extends string>(
  values: readonly Value[],
  labels: Readonly<Record<Value, string>>,
): [Value, string][] {
  return values.map((value) => [value, labels[value]]);
}

/** A list of all values, each of which may be taken. */
function createChoice(
  session: AppSession,
  setting: keyof typeof LABELS,
  pairs: readonly (readonly [string, string])[],
): Part {
  return withStartHint({
    ...{ label: LABELS[setting], setting },
    toPairs: () => pairs,
    toValue: ({ settings }) => settings[setting],
    onChoose: (value) => void session.changeSettings({ [setting]: value }),
  });
}

/** Only where the site has a model for it. */
function createSpotterSelect(session: AppSession): Part {
  const toSpotters = ({ device }: AppView): [string, string][] =>
    (device?.offers ?? [])
      .filter(({ stage }) => stage === 'wake')
      .map(({ engine, name }) => [engine, name]);
  const part = withStartHint({
    ...{ label: 'The calling phrase is heard by', setting: 'wake' },
    toPairs: (view) => [[TRANSCRIPT, 'What is understood anyway'], ...toSpotters(view)],
    toValue: ({ settings }) => settings.wake,
    onChoose: (wake) => void session.changeSettings({ wake }),
  });
  return {
    element: part.element,
    update(view) {
      part.element.hidden = toSpotters(view).length === 0;
      part.update(view);
    },
  };
}

function withStartHint(options: OfferSelectOptions): Part {
  const list = createOfferSelect(options);
  const { setting, toValue } = options;
  const hint = h('p', { class: 'hint', role: 'status' });
  return {
    element: h('div', { class: 'choice' }, [list.element, hint]),
    update(view) {
      list.update(view);
      const begun = setting === 'vad' || setting === 'wake' ? view.begunWith?.[setting] : undefined;
      const isLater = begun !== undefined && begun !== toValue(view);
      setText(hint, isLater ? AT_START : '');
      hint.hidden = !isLater;
    },
  };
}

function createBackendSelect(session: AppSession): Part {
  return createOfferSelect({
    ...{ label: 'Kokoro runs on', setting: 'backend' },
    toPairs: () => toPairs(BACKENDS, BACKEND_LABELS),
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
