// Everything the page shows, as one value made from the agent's events. Main thread, pure.
import type {
  DeviceReport,
  EngineChoice,
  EngineInfo,
  ErrorRecord,
  RequiredLibrary,
  RequiredModel,
  StorageFallbackReason,
  StoredModel,
  TurnMetrics,
  VoiceAgentEvent,
  VoiceAgentState,
} from '../index.ts';
import { EMPTY_CAPTIONS, reduceCaptions } from './captions.ts';
import type { CaptionsState } from './captions.ts';
import type { AtStart, ConsentRequest } from './consent.ts';
import { toEngineNews } from './device-words.ts';
import type { LoadProgress } from './device-words.ts';
import { reduceByTable } from './event-table.ts';
import type { EventTable } from './event-table.ts';
import { addNotice, toNotice } from './notices.ts';
import type { Notice } from './notices.ts';
import type { Offers } from './offers.ts';
import type { AppSettings } from './settings.ts';

export interface AppView {
  readonly settings: AppSettings;
  readonly state: VoiceAgentState;
  /** What the settings need; null until the catalogue was read. */
  readonly models: readonly RequiredModel[] | null;
  /** Of others, which the settings need besides. */
  readonly libraries: readonly RequiredLibrary[];
  /** Models and libraries whose size was told before the visitor had them fetched, since the page was opened. */
  readonly agreedIds: readonly string[];
  /** What each option of the settings would need; empty until that was asked. */
  readonly offers: Offers;
  /** What the agent began with; null before it was loaded. */
  readonly begunWith: AtStart | null;
  /** What a change would fetch that waits for the visitor's word; null when none does. */
  readonly consent: ConsentRequest | null;
  /** What this device can do, and which engines suit it; null until it was looked at. */
  readonly device: DeviceReport | null;
  /** Bytes that arrived, by model id. */
  readonly loadedBytes: Readonly<Record<string, number>>;
  /** How fast they arrive, and how much longer that takes; null until it can be said. */
  readonly bytesPerSecond: number | null;
  readonly remainingMs: number | null;
  readonly isPaused: boolean;
  /** What became of the engine that was to come; null before, and once an answer was given since. */
  readonly engineNews: string | null;
  /** What this device keeps; null until somebody asked. */
  readonly storedModels: readonly StoredModel[] | null;
  /** Room that the browser would give; null where nobody knows. */
  readonly freeBytes: number | null;
  /** Whether everything was asked for, microphone included, and is not there yet. */
  readonly isStarting: boolean;
  readonly captions: CaptionsState;
  /** What a long operation reports; null when none does. */
  readonly progress: string | null;
  readonly notices: readonly Notice[];
  /** What the latest turns took, oldest first. */
  readonly turns: readonly TurnMetrics[];
  readonly engines: readonly EngineInfo[];
}

export const INITIAL_STATE: VoiceAgentState = {
  user: 'silent',
  agent: 'off',
  microphone: 'off',
  isAudible: true,
  status: 'listening',
};

export function createView(settings: AppSettings): AppView {
  return {
    settings,
    state: INITIAL_STATE,
    models: null,
    libraries: [],
    agreedIds: [],
    offers: {},
    begunWith: null,
    consent: null,
    device: null,
    loadedBytes: {},
    bytesPerSecond: null,
    remainingMs: null,
    isPaused: false,
    engineNews: null,
    storedModels: null,
    freeBytes: null,
    isStarting: false,
    captions: EMPTY_CAPTIONS,
    progress: null,
    notices: [],
    turns: [],
    engines: [],
  };
}

/** As many as the agent keeps. */
const TURNS_KEPT = 100;

/** Browsers keep a page silent until its visitor touched it. */
const GESTURE_NOTICE: Notice = {
  id: 'gesture',
  title: 'The browser holds the sound back',
  text: 'Click anywhere on this page, or press a key, to hear the agent.',
  advice: '',
  action: null,
};

const STORAGE_NOTICES = {
  denied: {
    id: 'storage-fallback',
    title: 'Models are not kept on this device',
    text: 'The browser allows this page no storage, as in some private windows.',
    advice: 'Everything works, but the models are fetched again at the next visit.',
    action: null,
  },
  full: {
    id: 'storage-fallback',
    title: 'This device has no room for the models',
    text: 'They stay in memory until you close this page.',
    advice: 'Models that are no longer used can be deleted in the settings.',
    action: 'settings',
  },
} satisfies Record<StorageFallbackReason, Notice>;

const TABLE: EventTable<AppView> = {
  'state-change': (view, { state }) =>
    state.isAudible ? withoutNotice({ ...view, state }, GESTURE_NOTICE.id) : { ...view, state },
  'model-progress': (view, { modelId, loadedBytes }) => ({
    ...view,
    loadedBytes: { ...view.loadedBytes, [modelId]: loadedBytes },
  }),
  'download-progress': (view, { bytesPerSecond, remainingMs }) => ({
    ...view,
    ...{ bytesPerSecond, remainingMs },
  }),
  'storage-fallback': (view, { reason }) => withNotice(view, STORAGE_NOTICES[reason]),
  metrics: (view, { metrics }) => ({
    ...view,
    turns: [...view.turns, metrics].slice(-TURNS_KEPT),
  }),
  progress: (view, { message }) => ({ ...view, progress: message }),
  'reply-end': (view) => ({ ...view, progress: null, engineNews: null }),
  'engine-choice': (view, { choice }) => withChoice(view, choice),
  'consent-needed': (view, { what }) =>
    what === 'gesture' ? withNotice(view, GESTURE_NOTICE) : view,
  error: (view, { error }) => withError(view, error),
};

function withChoice(view: AppView, choice: EngineChoice): AppView {
  if (view.device === null) return view;
  const { choices } = view.device;
  const before = choices.find(({ stage }) => stage === choice.stage);
  const others = choices.filter(({ stage }) => stage !== choice.stage);
  const engineNews = toEngineNews(before, choice) ?? view.engineNews;
  return { ...view, engineNews, device: { ...view.device, choices: [...others, choice] } };
}

/** The view after one event of the agent. */
export function reduceEvent(view: AppView, event: VoiceAgentEvent): AppView {
  const captions = reduceCaptions(view.captions, event);
  const captioned = captions === view.captions ? view : { ...view, captions };
  return reduceByTable(TABLE, captioned, event);
}

/** A failed load has stopped: its progress goes with it. */
export function withError(view: AppView, error: ErrorRecord): AppView {
  const rest = error.code.startsWith('model-') ? withoutPartialLoads(view) : view;
  return withNotice(rest, toNotice(error));
}

export function withNotice(view: AppView, notice: Notice): AppView {
  return { ...view, notices: addNotice(view.notices, notice) };
}

export function withoutNotice(view: AppView, id: string): AppView {
  if (!view.notices.some((notice) => notice.id === id)) return view;
  return { ...view, notices: view.notices.filter((notice) => notice.id !== id) };
}

/** A typed text that the agent has not taken yet. */
export function withWaitingText(view: AppView, id: string, text: string): AppView {
  const waiting = [...view.captions.waiting, { id, text }];
  return { ...view, captions: { ...view.captions, waiting } };
}

export function withoutWaitingText(view: AppView, id: string): AppView {
  const waiting = view.captions.waiting.filter((entry) => entry.id !== id);
  return { ...view, captions: { ...view.captions, waiting } };
}

/**
 * Summed over the models required to be ready, or, unless everything was asked for, over those that are on
 * their way or here. A model never counts for more than its size.
 */
export function toLoadProgress(view: AppView): LoadProgress {
  const wanted = (view.models ?? []).filter(
    ({ id, isLater = false }) =>
      !isLater && (view.isStarting || view.loadedBytes[id] !== undefined),
  );
  return sumProgress(view, wanted);
}

/** Of what is fetched while the agent is at work already; null while nothing of it is on its way. */
export function toLaterProgress(view: AppView): LoadProgress | null {
  const later = (view.models ?? []).filter(({ isLater = false }) => isLater);
  const isComing = later.some(({ id }) => view.loadedBytes[id] !== undefined);
  return isComing ? sumProgress(view, later) : null;
}

function sumProgress(view: AppView, wanted: readonly RequiredModel[]): LoadProgress {
  return wanted.reduce(
    (sum, { id, bytes }) => ({
      loadedBytes: sum.loadedBytes + Math.min(bytes, view.loadedBytes[id] ?? 0),
      totalBytes: sum.totalBytes + bytes,
    }),
    { loadedBytes: 0, totalBytes: 0 },
  );
}

/** Also true while a changed setting brings in another model, which the agent's state does not say. */
export function isLoading(view: AppView): boolean {
  const { loadedBytes, totalBytes } = toLoadProgress(view);
  return view.isStarting || view.state.agent === 'loading' || loadedBytes < totalBytes;
}

/** Forgets downloads that will not go on. */
export function withoutPartialLoads(view: AppView): AppView {
  const whole = (view.models ?? []).filter(({ id, bytes }) => (view.loadedBytes[id] ?? 0) >= bytes);
  const loadedBytes = Object.fromEntries(whole.map(({ id, bytes }) => [id, bytes]));
  return { ...view, loadedBytes };
}
