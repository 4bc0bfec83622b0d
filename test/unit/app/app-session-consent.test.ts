// What a change of the settings would fetch is asked before it does.
import { describe, expect, it } from 'vitest';
import type { VoiceAgent } from '../../../src/agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { deviceReport } from '../../support/device-report.ts';
import type { AppSettings } from '../../../src/app/settings.ts';
import { INITIAL_STATE } from '../../../src/app/view-model.ts';
import { createRig } from './app-session-rig.ts';
import { stamped } from './events.ts';
import { requiredDownloads, requiredLibrary } from '../../support/required-downloads.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';

describe('consent', () => {
  const espeak = requiredLibrary('espeak', { licence: 'GPL-3.0-or-later' });
  const voices = ['kokoro', 'piper'].map((id) => requiredModel(id, { bytes: 60, task: 'tts' }));

  /** Each voice needs a model of its name, and eSpeak where it is asked for by language. */
  function createAskingRig(stored: readonly string[] = []) {
    const kept: Partial<AppSettings>[] = [];
    const asked: unknown[] = [];
    let tts: unknown = 'kokoro';
    const needs = (options: VoiceAgentOptions = {}) =>
      requiredDownloads({
        models: voices.filter(({ id }) => id === (options.engines?.tts ?? tts)),
        libraries: options.language === 'fr' ? [espeak] : [],
      });
    const rig = createRig(
      {
        models: { list: async () => stored.map((id) => storedModel(id)) },
        requiredModels: async () => needs().models,
        requiredDownloads: async ({ change }: { change?: VoiceAgentOptions } = {}) => {
          asked.push(change?.engines?.tts);
          return needs(change);
        },
        update: (options: VoiceAgentOptions) => {
          tts = options.engines?.tts;
          taken.push(tts);
        },
        // The language of the test's options is offered, whatever it is.
        inspectDevice: async () => deviceReport({ languages: ['*'] }),
      } as unknown as Partial<VoiceAgent>,
      { kept },
    );
    const taken: unknown[] = [];
    const goToWork = () =>
      rig.emit(
        stamped({
          type: 'state-change',
          turnId: null,
          state: { ...INITIAL_STATE, agent: 'idle' },
        }),
      );
    return { ...rig, kept, asked, taken, goToWork };
  }

  it('is not asked for before the start: its table tells', async () => {
    const { session, taken } = createAskingRig();
    await session.refreshModels();
    await session.changeSettings({ voice: 'piper' });
    expect([session.view.consent, taken]).toEqual([null, ['piper']]);
    expect(session.view.models?.map(({ id }) => id)).toEqual(['piper']);
  });

  it('is asked for while the agent is at work, and nothing is changed until it is given', async () => {
    const { session, taken, kept, goToWork } = createAskingRig();
    await session.refreshModels();
    await session.start();
    goToWork();
    await session.changeSettings({ voice: 'piper' });
    expect(session.view.consent?.missing).toMatchObject([{ download: { id: 'piper' }, bytes: 60 }]);
    expect([taken, kept, session.view.settings.voice]).toEqual([[], [], 'kokoro']);
    await session.agree();
    expect(session.view.consent).toBeNull();
    expect([taken, kept, session.view.settings.voice]).toEqual([
      ['piper'],
      [{ voice: 'piper' }],
      'piper',
    ]);
  });

  it('that is refused leaves everything as it is', async () => {
    const { session, taken, goToWork } = createAskingRig();
    goToWork();
    await session.changeSettings({ voice: 'piper' });
    session.decline();
    await session.agree();
    expect([session.view.consent, taken, session.view.settings.voice]).toEqual([
      null,
      [],
      'kokoro',
    ]);
  });

  it('is asked for before the graphics processor is tried again, too', async () => {
    const library = requiredLibrary('onnx-gpu', { bytes: 17e6, task: 'tts' });
    const done: string[] = [];
    const { session, updates, emit } = createRig({
      requiredDownloads: async ({ change }: { change?: VoiceAgentOptions } = {}) =>
        requiredDownloads({ libraries: change?.voice?.backend === 'auto' ? [library] : [] }),
      forgetVerdicts: async () => void done.push('forget'),
    });
    emit(
      stamped({ type: 'state-change', turnId: null, state: { ...INITIAL_STATE, agent: 'idle' } }),
    );
    await session.retryGpu();
    expect(session.view.consent?.missing).toMatchObject([{ bytes: 17e6 }]);
    expect([done, updates]).toEqual([[], []]);
    await session.agree();
    expect([done, session.view.consent]).toEqual([['forget'], null]);
    expect(updates.at(-1)?.voice?.backend).toBe('auto');
  });

  it('is for the latest wish alone', async () => {
    const { session, taken, goToWork } = createAskingRig(['kokoro']);
    goToWork();
    await session.changeSettings({ voice: 'piper' });
    await session.changeSettings({ language: 'fr' });
    const missing = session.view.consent?.missing.map(({ download }) => download.id);
    expect(missing).toEqual(['espeak']);
    await session.agree();
    expect([taken, session.view.settings.voice]).toEqual([['kokoro'], 'kokoro']);
    expect(session.view.settings.language).toBe('fr');
  });

  it('is not asked for what is here, or was agreed to with the start', async () => {
    const here = createAskingRig(['piper']);
    here.goToWork();
    await here.session.changeSettings({ voice: 'piper' });
    expect(here.taken).toEqual(['piper']);
    const { session, taken, goToWork } = createAskingRig(['piper']);
    await session.refreshModels();
    await session.send('Hello');
    goToWork();
    await session.changeSettings({ voice: 'piper' });
    await session.changeSettings({ voice: 'kokoro' });
    expect([session.view.consent, taken]).toEqual([null, ['piper', 'kokoro']]);
  });

  it('is asked for again where the visitor deleted the model', async () => {
    const { session, goToWork } = createAskingRig();
    await session.refreshModels();
    await session.start();
    goToWork();
    await session.deleteStoredModel('kokoro');
    await session.changeSettings({ voice: 'kokoro' });
    expect(session.view.consent?.missing).toHaveLength(1);
  });

  it('is not asked for what is taken at the next start, nor with another change then', async () => {
    const changes: VoiceAgentOptions[] = [];
    const requiredDownloadsOf = async ({ change = {} }: { change?: VoiceAgentOptions } = {}) => {
      changes.push(change);
      return requiredDownloads();
    };
    const { session, updates, emit } = createRig({ requiredDownloads: requiredDownloadsOf });
    await session.start();
    emit(
      stamped({ type: 'state-change', turnId: null, state: { ...INITIAL_STATE, agent: 'idle' } }),
    );
    await session.changeSettings({ vad: 'sherpa-onnx' });
    expect(updates.at(-1)?.engines?.vad).toBe('sherpa-onnx');
    expect(session.view.begunWith).toEqual({ vad: 'silero', wake: 'transcript' });
    changes.length = 0;
    await session.changeSettings({ turn: 'timer' });
    expect(changes[0]?.engines).toMatchObject({ turn: 'timer', vad: 'silero' });
    expect(updates.at(-1)?.engines).toMatchObject({ turn: 'timer', vad: 'sherpa-onnx' });
  });

  it('is not needed for what fetches nothing', async () => {
    const { session, asked, goToWork } = createAskingRig();
    goToWork();
    await session.changeSettings({ speed: 1.5 });
    expect(session.view.settings.speed).toBe(1.5);
    // To refresh the list of libraries, and no more.
    expect(asked).toEqual([undefined]);
  });

  it('that cannot be asked for becomes a notice, and the settings stay', async () => {
    const fail = () => Promise.reject(new Error('no catalogue'));
    const { session, updates, emit } = createRig({ requiredDownloads: fail });
    emit(
      stamped({ type: 'state-change', turnId: null, state: { ...INITIAL_STATE, agent: 'idle' } }),
    );
    await session.changeSettings({ voice: 'piper' });
    expect([updates, session.view.settings.voice]).toEqual([[], 'kokoro']);
    expect(session.view.notices).toHaveLength(1);
  });

  it('comes with what each option would fetch, which is asked for once somebody looks', async () => {
    const { session } = createAskingRig();
    await session.refreshModels();
    expect(session.view.offers).toEqual({});
    await session.refreshOffers();
    expect(session.view.offers['voice=piper']?.models.map(({ id }) => id)).toEqual(['piper']);
    expect(session.view.offers['recogniser=auto']).toEqual(requiredDownloads());
    const early = createAskingRig().session;
    await early.refreshOffers();
    expect(early.view.offers).toEqual({});
    await early.refreshModels();
    expect(early.view.offers['voice=piper']).toBeDefined();
  });
});
