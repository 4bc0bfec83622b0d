// The page's conversation against a scripted agent: what clicks call, and what failures show.
import { describe, expect, it } from 'vitest';
import type { VoiceAgent } from '../../../src/agent/voice-agent-api.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { toLines } from '../../../src/app/captions.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import type { AppSettings } from '../../../src/app/settings.ts';
import { INITIAL_STATE } from '../../../src/app/view-model.ts';
import { createRig } from './app-session-rig.ts';
import { stamped } from './events.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';

const denied = () =>
  Promise.reject(
    new VoiceAgentError('microphone-denied', 'Allow it in the address bar.', {
      details: { reason: 'user' },
    }),
  );

describe('AppSession', () => {
  it('has the graphics processor tried again as if nothing were known of it', async () => {
    const kept: Partial<AppSettings>[] = [];
    const forget = { forgetVerdicts: async () => void order.push('forget') };
    const order: string[] = [];
    const { session, updates } = createRig(forget, { kept });
    await session.retryGpu();
    expect([order, kept]).toEqual([['forget'], [{ backend: 'auto' }]]);
    expect(updates.at(-1)?.voice?.backend).toBe('auto');
    const failing = createRig({ forgetVerdicts: denied });
    await failing.session.retryGpu();
    expect(failing.updates).toEqual([]);
    expect(failing.session.view.notices).toHaveLength(1);
  });

  it('shows the agent’s events', () => {
    const { session, emit } = createRig();
    const seen: string[] = [];
    session.onChange((view) => seen.push(view.captions.partial?.text ?? ''));
    emit(stamped({ type: 'transcript-partial', turnId: null, text: 'hi', stableText: '' }));
    expect(seen).toEqual(['hi']);
  });

  it('lists and deletes models on the device, and says when that fails', async () => {
    let stored = ['a', 'b'];
    const models = {
      list: async () => stored.map((id) => storedModel(id)),
      delete: async (id: string) => {
        if (id === 'c') throw new Error('no such model');
        stored = stored.filter((other) => other !== id);
      },
    } as unknown as VoiceAgent['models'];
    const { session } = createRig({ models });
    await session.refreshStoredModels();
    expect(session.view.storedModels).toHaveLength(2);
    await session.deleteStoredModel('a');
    expect(session.view.storedModels).toMatchObject([{ modelId: 'b' }]);
    expect(session.view.notices).toEqual([]);
    await session.deleteStoredModel('c');
    expect(session.view.notices).toHaveLength(1);
  });

  it('pauses downloads and lets them go on', () => {
    const done: string[] = [];
    const models = {
      pause: () => done.push('pause'),
      resume: () => done.push('resume'),
    } as unknown as VoiceAgent['models'];
    const { session } = createRig({ models });
    session.setPaused(true);
    expect(session.view.isPaused).toBe(true);
    session.setPaused(false);
    expect(session.view.isPaused).toBe(false);
    expect(done).toEqual(['pause', 'resume']);
  });

  it('keeps a pause for the next visit, which says what is missing, once, and lets it go on', async () => {
    const done: string[] = [];
    const models = {
      pause: () => done.push('pause'),
      resume: () => done.push('resume'),
      list: async () => [storedModel('a', { keptBytes: 2e6, isComplete: false })],
    } as unknown as VoiceAgent['models'];
    const requiredModels = async () => [requiredModel('a', { bytes: 9e6 })];
    const keepPause = (isPaused: boolean) => done.push(`keep ${isPaused}`);
    const agent = { models, requiredModels };
    const { session } = createRig(agent, { isPaused: true, keepPause });
    expect([done, session.view.isPaused]).toEqual([['pause'], true]);
    await session.refreshModels();
    expect(session.view.notices).toMatchObject([{ id: 'paused', action: 'resume' }]);
    expect(session.view.notices[0]?.text).toContain('2.0 MB of 9.0 MB');
    session.dismiss('paused');
    await session.refreshModels();
    expect(session.view.notices).toEqual([]);
    session.setPaused(false);
    expect(done).toEqual(['pause', 'resume', 'keep false']);
    session.setPaused(true);
    expect(done.slice(3)).toEqual(['pause', 'keep true']);
  });

  it('says nothing of a pause while nothing is missing, and none of one that began at this visit', async () => {
    const models = {
      pause: () => undefined,
      list: async () => [storedModel('a')],
    } as unknown as VoiceAgent['models'];
    const requiredModels = async () => [requiredModel('a'), requiredModel('b')];
    const whole = createRig(
      { models, requiredModels: async () => [requiredModel('a')] },
      { isPaused: true },
    );
    await whole.session.refreshModels();
    expect(whole.session.view.notices).toEqual([]);
    const { session } = createRig({ models, requiredModels });
    session.setPaused(true);
    await session.refreshModels();
    expect(session.view.notices).toEqual([]);
  });

  it('offers to delete unused models where there is no room, and deletes those after a yes', async () => {
    let stored = [storedModel('old', { bytes: 9e6 }), storedModel('used', { bytes: 9e6 })];
    const deleted: string[] = [];
    const models = {
      list: async () => stored,
      delete: async (id: string) => {
        deleted.push(id);
        stored = stored.filter(({ modelId }) => modelId !== id);
      },
    } as unknown as VoiceAgent['models'];
    const requiredModels = async () => [
      requiredModel('used', { bytes: 9e6 }),
      requiredModel('new', { bytes: 9e6 }),
    ];
    const getFreeBytes = async () => 20e6 - stored.reduce((sum, { bytes }) => sum + bytes, 0);
    const { session, emit } = createRig({ models, requiredModels }, { getFreeBytes });
    await session.refreshModels();
    const offer = { id: 'storage-fallback', action: 'clean-up' };
    expect(session.view.notices).toMatchObject([offer]);
    expect(session.view.notices[0]?.text).toContain('old (9.0 MB)');
    session.dismiss('storage-fallback');
    await session.refreshStoredModels();
    expect([session.view.notices, deleted]).toEqual([[], []]);
    emit(stamped({ type: 'storage-fallback', turnId: null, reason: 'full' }));
    await expect.poll(() => session.view.notices).toMatchObject([offer]);
    session.dismiss('storage-fallback');
    await session.cleanUp();
    expect([session.view.notices, deleted]).toEqual([[], ['old']]);
  });

  it('shows the engines that the agent has after a change of its state', () => {
    const { session, emit } = createRig();
    emit(stamped({ type: 'state-change', turnId: null, state: INITIAL_STATE }));
    expect(session.view.engines.map(({ name }) => name)).toEqual(['silero']);
  });

  it('puts a refused microphone in words, and typing goes on', async () => {
    const { session, calls } = createRig({ start: denied });
    await session.start();
    expect(session.view.notices).toMatchObject([
      {
        id: 'microphone-denied',
        title: 'The microphone is blocked',
        text: 'Allow it in the address bar.',
        advice: 'You can go on by typing.',
      },
    ]);
    expect(await session.send('Hello')).toBe(true);
    expect(calls).toEqual(['sendText Hello']);
  });

  it('shows a typed text while it waits, and not after it was refused', async () => {
    let refuse: (reason: Error) => void = () => undefined;
    const sendText = () => new Promise<void>((_, reject) => (refuse = reject));
    const { session } = createRig({ sendText });
    const sending = session.send('Hello');
    expect(toLines(session.view.captions)).toMatchObject([{ faint: 'Hello', mark: 'waiting' }]);
    refuse(new Error('no memory'));
    expect(await sending).toBe(false);
    expect(toLines(session.view.captions)).toEqual([]);
    expect(session.view.notices[0]).toMatchObject({ id: 'internal', action: 'retry' });
  });

  it('cancels a load without a notice', async () => {
    const start: VoiceAgent['start'] = (options) =>
      new Promise((_, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error));
      });
    const { session } = createRig({ start });
    const starting = session.start();
    expect(session.view.isStarting).toBe(true);
    session.cancelStart();
    await starting;
    expect(session.view).toMatchObject({ notices: [], isStarting: false });
  });

  it('starts once, however often it is asked', async () => {
    const { session, calls } = createRig();
    await Promise.all([session.start(), session.start()]);
    expect(calls).toEqual(['start']);
  });

  it('hands changed settings to the agent and reads the models anew', async () => {
    const piper = requiredModel('piper', { name: 'Piper' });
    const { session, updates } = createRig({ requiredModels: async () => [piper] });
    await session.changeSettings({ voice: 'piper' });
    expect(updates.map(({ engines }) => engines?.tts)).toEqual(['piper']);
    expect(session.view.settings.voice).toBe('piper');
    expect(session.view.models).toEqual([piper]);
  });

  it('looks at the device, and keeps what the visitor chose', async () => {
    const kept: Partial<AppSettings>[] = [];
    const { session } = createRig({}, { kept });
    await session.refreshModels();
    expect(session.view.device?.probe.cores).toBe(2);
    expect(kept).toEqual([]);
    await session.changeSettings({ voice: 'piper' });
    expect(kept).toEqual([{ voice: 'piper' }]);
  });

  it('goes back to the device’s choice when the site has a chosen model no longer', async () => {
    const chosen = { voice: 'gone', recogniser: 'gone', languageModel: 'small' };
    const settings = { ...DEFAULT_SETTINGS, ...chosen };
    const { session, updates } = createRig({}, { settings });
    await session.refreshModels();
    const served = { voice: DEFAULT_SETTINGS.voice, recogniser: 'auto', languageModel: 'small' };
    expect(session.view.settings).toMatchObject(served);
    expect(updates.map(({ engines }) => engines?.stt)).toEqual(['auto']);
  });

  it('keeps the old settings when the agent refuses the new ones', async () => {
    const update = (): void => {
      throw new TypeError('options.engines.llm.model must not be empty, got ""');
    };
    const { session } = createRig({ update });
    const llm = { baseUrl: 'https://host/v1', model: '', key: '', voice: '' };
    const { endpoints } = DEFAULT_SETTINGS;
    await session.changeSettings({ endpoints: { ...endpoints, llm } });
    expect(session.view.settings.endpoints).toEqual(endpoints);
    expect(session.view.notices[0]?.text).toContain('options.engines.llm.model');
  });
});
