// The page's view, from events and the app's own changes.
import { describe, expect, it } from 'vitest';
import type { AgentState, MicrophoneState } from '../../../src/agent/state.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import type { AppSettings } from '../../../src/app/settings.ts';
import { toControls, toStatus } from '../../../src/app/status-words.ts';
import {
  createView,
  INITIAL_STATE,
  reduceEvent,
  toLaterProgress,
  toLoadProgress,
  withoutNotice,
} from '../../../src/app/view-model.ts';
import type { AppView } from '../../../src/app/view-model.ts';
import { deviceReport } from '../../support/device-report.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';
import { errorRecord, stamped } from './events.ts';
import { requiredModel } from '../../support/model-lists.ts';

const model = (id: string, bytes: number) => requiredModel(id, { bytes });
const EMPTY = createView(DEFAULT_SETTINGS);

function viewIn(
  agent: AgentState,
  microphone: MicrophoneState = 'off',
  settings: Partial<AppSettings> = {},
): AppView {
  const state = { ...INITIAL_STATE, agent, microphone };
  return { ...createView({ ...DEFAULT_SETTINGS, ...settings }), state };
}

describe('loading', () => {
  const progress = (modelId: string, loadedBytes: number, totalBytes: number) =>
    stamped({ type: 'model-progress', turnId: null, modelId, loadedBytes, totalBytes });

  it('sums bytes over the required models, and no other', () => {
    const models = [model('a', 100), model('b', 300)];
    let view: AppView = { ...viewIn('loading'), models, isStarting: true };
    view = reduceEvent(view, progress('a', 100, 100));
    view = reduceEvent(view, progress('b', 50, 300));
    view = reduceEvent(view, progress('c', 9_999, 9_999));
    expect(toLoadProgress(view)).toEqual({ loadedBytes: 150, totalBytes: 400 });
    expect(toStatus(view)).toEqual({ tone: 'busy', words: 'Loading, 37 %' });
  });

  it('never counts more of a model than its size', () => {
    const view = { ...viewIn('loading'), models: [model('a', 100)], loadedBytes: { a: 130 } };
    expect(toLoadProgress(view)).toEqual({ loadedBytes: 100, totalBytes: 100 });
    expect(toStatus(view).words).toBe('Getting ready');
  });

  it('does not wait for what comes later, and tells of it apart', () => {
    const models = [model('a', 100), { ...model('b', 300), isLater: true }];
    let view: AppView = { ...viewIn('idle'), models, isStarting: true };
    view = reduceEvent(view, progress('a', 100, 100));
    expect(toLoadProgress(view)).toEqual({ loadedBytes: 100, totalBytes: 100 });
    expect(toLaterProgress(view)).toBeNull();
    view = reduceEvent({ ...view, isStarting: false }, progress('b', 50, 300));
    expect(toLaterProgress(view)).toEqual({ loadedBytes: 50, totalBytes: 300 });
    expect(toStatus(view).words).toBe('Ready');
  });

  it('shows a new choice of a voice, and what became of the better one until an answer was given', () => {
    const better = { stage: 'tts', engine: 'kokoro', name: 'Kokoro' } as const;
    const before = { ...better, engine: 'piper', name: 'Piper', chosenBy: 'device' } as const;
    const device = deviceReport({ choices: [{ ...before, reason: 'Sooner.', better }] });
    const choice = { ...better, chosenBy: 'device', reason: 'Quick.', better: null } as const;
    const chosen = stamped({ type: 'engine-choice', turnId: null, choice });
    const view = reduceEvent({ ...viewIn('idle'), device }, chosen);
    expect(view.device?.choices).toEqual([choice]);
    expect(view.engineNews).toBe('Kokoro speaks from now on. Quick.');
    const end = { generatedText: 'Yes.', heardText: 'Yes.', isInterrupted: false };
    const reply = {
      type: 'reply-end',
      turnId: 't1',
      generation: 1,
      kind: 'answer',
      ...end,
    } as const;
    expect(reduceEvent(view, stamped(reply)).engineNews).toBeNull();
    expect(reduceEvent(viewIn('idle'), chosen).device).toBeNull();
  });

  it('knows how fast it is and how long it takes', () => {
    const pace = { bytesPerSecond: 10, remainingMs: 2_000 };
    const totals = { loadedBytes: 1, totalBytes: 2, ...pace };
    const event = stamped({ type: 'download-progress', turnId: null, ...totals });
    expect(reduceEvent(viewIn('loading'), event)).toMatchObject(pace);
  });

  it.each(['denied', 'full'] as const)('says that models are not kept: %s', (reason) => {
    const event = stamped({ type: 'storage-fallback', turnId: null, reason });
    const { notices } = reduceEvent(viewIn('loading'), event);
    expect(notices).toMatchObject([{ id: 'storage-fallback' }]);
    expect(notices[0]?.text).toContain(reason === 'denied' ? 'no storage' : 'memory');
  });

  it('counts only what is on its way when typing loads', () => {
    const models = [model('a', 100), model('b', 300)];
    const view = reduceEvent({ ...viewIn('loading'), models }, progress('a', 50, 100));
    expect(toLoadProgress(view)).toEqual({ loadedBytes: 50, totalBytes: 100 });
  });

  it('shows a model that a changed setting brings in, until it fails', () => {
    const models = [model('a', 100)];
    const view = reduceEvent({ ...viewIn('idle', 'on'), models }, progress('a', 50, 100));
    expect(toStatus(view).words).toBe('Loading, 50 %');
    const error = errorRecord('model-integrity', 'a is damaged');
    const failed = reduceEvent(view, stamped({ type: 'error', turnId: null, error }));
    expect(toStatus(failed).words).toBe('Listening');
  });

  it('gets ready once everything is here, and while nothing is known yet', () => {
    expect(toStatus(viewIn('loading')).words).toBe('Getting ready');
  });
});

describe('status', () => {
  it.each([
    [viewIn('off'), 'off', 'Not started'],
    [viewIn('idle'), 'off', 'Ready'],
    [viewIn('idle', 'on'), 'listening', 'Listening'],
    [viewIn('idle', 'on', { mode: 'push-to-talk' }), 'listening', 'Hold the button to talk'],
    [viewIn('idle', 'muted'), 'off', 'Muted'],
    [viewIn('idle', 'denied'), 'trouble', 'Microphone blocked'],
    [viewIn('idle', 'missing'), 'trouble', 'No microphone'],
    [viewIn('idle', 'lost'), 'trouble', 'Microphone lost'],
    [viewIn('thinking', 'on'), 'busy', 'Thinking'],
    [viewIn('speaking', 'on'), 'speaking', 'Speaking'],
    [viewIn('held', 'on'), 'listening', 'Paused, listening to you'],
  ])('%# says %s %s', (view, tone, words) => {
    expect(toStatus(view)).toEqual({ tone, words });
  });

  it('hears the person, and shows what a long operation reports', () => {
    const hearing = viewIn('idle', 'on');
    const view = { ...hearing, state: { ...hearing.state, user: 'speaking' as const } };
    expect(toStatus(view).words).toBe('Hearing you');
    const busy = reduceEvent(
      viewIn('thinking', 'on'),
      stamped({ type: 'progress', turnId: null, message: 'Searching the list' }),
    );
    expect(toStatus(busy).words).toBe('Searching the list');
  });
});

describe('controls', () => {
  it.each([
    [viewIn('off'), 'start', 'Start'],
    [{ ...viewIn('loading'), isStarting: true }, 'cancel', 'Cancel'],
    [viewIn('loading'), 'start', 'Start'],
    [viewIn('idle'), 'start', 'Start talking'],
    [viewIn('idle', 'denied'), 'start', 'Start talking'],
    [viewIn('speaking', 'on'), 'stop', 'Stop'],
    [viewIn('idle', 'muted'), 'stop', 'Stop'],
  ])('%# offers %s as "%s"', (view, main, mainLabel) => {
    expect(toControls(view)).toMatchObject({ main, mainLabel });
  });

  it('offers interrupting while there is something to interrupt, with a microphone or without', () => {
    expect(toControls(viewIn('speaking')).canInterrupt).toBe(true);
    expect(toControls(viewIn('thinking', 'on')).canInterrupt).toBe(true);
    expect(toControls(viewIn('idle', 'on')).canInterrupt).toBe(false);
  });

  it('shows the button of the chosen mode once the microphone is open', () => {
    const held = toControls(viewIn('idle', 'on', { mode: 'push-to-talk' }));
    expect(held).toMatchObject({ hasPushToTalk: true, hasCommit: false });
    const manual = toControls(viewIn('idle', 'muted', { mode: 'manual' }));
    expect(manual).toMatchObject({ hasPushToTalk: false, hasCommit: true, isMuted: true });
    expect(toControls(viewIn('idle', 'off', { mode: 'manual' })).hasCommit).toBe(false);
  });
});

describe('notices', () => {
  const failure = (text: string) =>
    stamped({ type: 'error', turnId: null, error: errorRecord('llm-stalled', text) });

  it('puts an error in words, one notice per code, until it is dismissed', () => {
    let view = reduceEvent(EMPTY, failure('first'));
    view = reduceEvent(view, failure('second'));
    expect(view.notices).toEqual([
      {
        id: 'llm-stalled',
        title: 'The language model stopped answering',
        text: 'second',
        advice: 'Ask again, or choose another language model in the settings.',
        action: 'settings',
      },
    ]);
    expect(withoutNotice(view, 'llm-stalled').notices).toEqual([]);
  });

  it('asks for a gesture, and only for that, until the sound is on', () => {
    const consent = (what: 'gesture' | 'microphone') =>
      stamped({ type: 'consent-needed', turnId: null, what });
    expect(reduceEvent(EMPTY, consent('microphone')).notices).toEqual([]);
    const asked = reduceEvent(EMPTY, consent('gesture'));
    expect(asked.notices.map(({ id }) => id)).toEqual(['gesture']);
    const sounding = stamped({ type: 'state-change', turnId: null, state: INITIAL_STATE });
    expect(reduceEvent(asked, sounding).notices).toEqual([]);
  });
});

describe('turns', () => {
  it('keeps the latest hundred, oldest first', () => {
    let view = EMPTY;
    for (let turn = 1; turn <= 102; turn += 1) {
      const turnId = `t${turn}`;
      view = reduceEvent(
        view,
        stamped({ type: 'metrics', turnId, metrics: turnMetrics({ turnId }) }),
      );
    }
    expect(view.turns).toHaveLength(100);
    expect([view.turns[0]!.turnId, view.turns[99]!.turnId]).toEqual(['t3', 't102']);
  });
});
