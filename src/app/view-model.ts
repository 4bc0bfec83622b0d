// Everything the page shows, as one value made from the agent's events. Main thread, pure.
import type {
  EngineInfo,
  ErrorRecord,
  RequiredModel,
  VoiceAgentEvent,
  VoiceAgentState,
} from '../index.ts';
import { EMPTY_CAPTIONS, reduceCaptions } from './captions.ts';
import type { CaptionsState } from './captions.ts';
import { reduceByTable } from './event-table.ts';
import type { EventTable } from './event-table.ts';
import { addNotice, toNotice } from './notices.ts';
import type { Notice } from './notices.ts';
import type { AppSettings } from './settings.ts';
import { toTimingRows } from './timings.ts';
import type { TimingRow } from './timings.ts';

export interface AppView {
  readonly settings: AppSettings;
  readonly state: VoiceAgentState;
  /** What the settings need; null until the catalogue was read. */
  readonly models: readonly RequiredModel[] | null;
  /** Bytes that arrived, by model id. */
  readonly loadedBytes: Readonly<Record<string, number>>;
  readonly captions: CaptionsState;
  /** What a long operation reports; null when none does. */
  readonly progress: string | null;
  readonly notices: readonly Notice[];
  readonly timings: readonly TimingRow[];
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
    loadedBytes: {},
    captions: EMPTY_CAPTIONS,
    progress: null,
    notices: [],
    timings: [],
    engines: [],
  };
}

/** Browsers keep a page silent until its visitor touched it. */
const GESTURE_NOTICE: Notice = {
  id: 'gesture',
  title: 'The browser holds the sound back',
  text: 'It wants a click or a key press on this page first.',
  advice: '',
  action: 'start',
};

const TABLE: EventTable<AppView> = {
  'state-change': (view, { state }) =>
    state.isAudible ? withoutNotice({ ...view, state }, GESTURE_NOTICE.id) : { ...view, state },
  'model-progress': (view, { modelId, loadedBytes }) => ({
    ...view,
    loadedBytes: { ...view.loadedBytes, [modelId]: loadedBytes },
  }),
  'engine-change': (view, { engine }) => ({
    ...view,
    engines: [...view.engines.filter(({ stage }) => stage !== engine.stage), engine],
  }),
  metrics: (view, { metrics }) => ({ ...view, timings: toTimingRows(metrics) }),
  progress: (view, { message }) => ({ ...view, progress: message }),
  'reply-end': (view) => ({ ...view, progress: null }),
  'consent-needed': (view, { what }) =>
    what === 'gesture' ? withNotice(view, GESTURE_NOTICE) : view,
  error: (view, { error }) => withError(view, error),
};

/** The view after one event of the agent. */
export function reduceEvent(view: AppView, event: VoiceAgentEvent): AppView {
  const captions = reduceCaptions(view.captions, event);
  const captioned = captions === view.captions ? view : { ...view, captions };
  return reduceByTable(TABLE, captioned, event);
}

export function withError(view: AppView, error: ErrorRecord): AppView {
  return withNotice(view, toNotice(error));
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

export interface LoadProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** Summed over the required models; a model never counts for more than its size. */
export function toLoadProgress(view: AppView): LoadProgress {
  const models = view.models ?? [];
  return models.reduce(
    (sum, { id, bytes }) => ({
      loadedBytes: sum.loadedBytes + Math.min(bytes, view.loadedBytes[id] ?? 0),
      totalBytes: sum.totalBytes + bytes,
    }),
    { loadedBytes: 0, totalBytes: 0 },
  );
}
