// What is chosen in the place of an engine that failed, with a selection that is played. Node.
import { expect, test } from 'vitest';
import type { ChosenStage } from '../../../src/agent/engine-choice.ts';
import { createAbortReason } from '../../../src/core/abort.ts';
import { StandIns } from '../../../src/browser/stand-ins.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { storedModel } from '../../support/model-lists.ts';

const SIZES: Readonly<Record<string, number>> = { large: 900, middle: 500, small: 100 };

const toModel = (id: string): CatalogModel => ({
  ...{ id, name: id, task: 'llm', licence: 'MIT', note: '', languages: ['*'] },
  ...{ backends: ['wasm'], preload: false },
  files: [{ name: 'a.gguf', bytes: SIZES[id] ?? 0, sha256: '', sources: [] }],
});

const STAGE: ChosenStage = 'llm';
const crashed = new VoiceAgentError('worker-crashed', 'It crashed.', {
  details: { worker: 'think', reason: 'memory' },
});
const offline = new VoiceAgentError('model-download-failed', 'No network.', {
  details: { modelId: 'large', url: '', status: null },
});

interface RigOptions {
  /** In the order in which they are chosen; null is captions. */
  readonly models?: readonly (string | null)[];
  readonly kept?: readonly string[];
  readonly isLeftToDevice?: boolean;
}

function createRig({ models = ['large', 'small'], kept = [], isLeftToDevice = true }: RigOptions) {
  const refused = new Set<string>();
  let chosen = models[0] ?? null;
  const failure = { current: null as Error | null };
  const standIns = new StandIns({
    selection: {
      isLeftToDevice: () => isLeftToDevice,
      modelOf: () => chosen,
      setRefused: (id, isRefused) => {
        if (isRefused) refused.add(id);
        else refused.delete(id);
      },
    },
    models: {
      list: async () => kept.map((id) => storedModel(id)),
    },
    loadCatalog: async () => ({ version: 1, models: Object.keys(SIZES).map(toModel) }),
    reconsider: async () => {
      await nextMacrotask();
      if (failure.current !== null) throw failure.current;
      const left = models.filter((id) => id === null || !refused.has(id));
      // Of nothing that is left, what a page has before anything is known.
      chosen = left.length === 0 ? (models.at(-1) ?? null) : (left[0] ?? null);
    },
  });
  const fail = (error: Error = crashed, failed = chosen): Promise<boolean> =>
    standIns.chooseAtLoad(STAGE, { failed, error });
  return { standIns, chosen: () => chosen, fail, failure, refused };
}

test('one that cannot be loaded makes room for one that is not larger, then for the next', async () => {
  const { fail, chosen } = createRig({ models: ['large', 'middle', 'small'] });
  expect(await fail()).toBe(true);
  expect(chosen()).toBe('middle');
  expect(await fail()).toBe(true);
  expect(chosen()).toBe('small');
  expect(await fail()).toBe(false);
  expect(chosen()).toBe('small');
});

test('a larger one only if it is on the device', async () => {
  const absent = createRig({ models: ['small', 'large'] });
  expect(await absent.fail()).toBe(false);
  expect(absent.chosen()).toBe('small');
  const kept = createRig({ models: ['small', 'large'], kept: ['large'] });
  expect(await kept.fail()).toBe(true);
});

test('one that was lost at work: only by what is on the device, or by captions', async () => {
  expect(await createRig({}).standIns.chooseForLost(STAGE)).toBe(false);
  expect(await createRig({ kept: ['small'] }).standIns.chooseForLost(STAGE)).toBe(true);
  const captions = createRig({ models: ['small', null] });
  expect(await captions.standIns.chooseForLost('tts')).toBe(true);
  expect(captions.chosen()).toBeNull();
});

test('a download that failed, or an engine that the page names, is left as it is', async () => {
  const { fail, chosen } = createRig({});
  expect(await fail(offline)).toBe(false);
  expect(await fail(new TypeError('a mistake'))).toBe(false);
  expect(chosen()).toBe('large');
  const named = createRig({ isLeftToDevice: false, kept: ['small'] });
  expect(await named.fail()).toBe(false);
  expect(await named.standIns.chooseForLost(STAGE)).toBe(false);
});

test('two loads that meet the same failure replace the model once', async () => {
  const { fail, chosen, refused } = createRig({ models: ['large', 'middle', 'small'] });
  expect(await Promise.all([fail(), fail()])).toEqual([true, true]);
  expect(chosen()).toBe('middle');
  expect([...refused]).toEqual(['large']);
});

test('a stand-in that fails itself, while the first failure is still told, is replaced too', async () => {
  const { fail, chosen, refused } = createRig({ models: ['large', 'middle', 'small'] });
  const first = fail();
  await first;
  expect(await Promise.all([fail(crashed, 'middle'), fail(crashed, 'large')])).toEqual([
    true,
    true,
  ]);
  expect(chosen()).toBe('small');
  expect([...refused]).toEqual(['large', 'middle']);
});

test('two engines that fail at once are replaced one after the other', async () => {
  const chosen: Record<string, string> = { stt: 'whisper', llm: 'large' };
  const refused = new Set<string>();
  let running = 0;
  let most = 0;
  const standIns = new StandIns({
    selection: {
      isLeftToDevice: () => true,
      modelOf: (stage) => chosen[stage] ?? null,
      setRefused: (id, isRefused) => {
        if (isRefused) refused.add(id);
        else refused.delete(id);
      },
    },
    models: { list: async () => ['moonshine', 'small'].map((id) => storedModel(id)) },
    loadCatalog: async () => ({ version: 1, models: [] }),
    reconsider: async () => {
      running += 1;
      most = Math.max(most, running);
      await nextMacrotask();
      chosen['stt'] = refused.has('whisper') ? 'moonshine' : 'whisper';
      chosen['llm'] = refused.has('large') ? 'small' : 'large';
      running -= 1;
    },
  });
  const error = crashed;
  const outcomes = await Promise.all([
    standIns.chooseAtLoad('stt', { failed: 'whisper', error }),
    standIns.chooseAtLoad('llm', { failed: 'large', error }),
  ]);
  expect([outcomes, chosen, most]).toEqual([[true, true], { stt: 'moonshine', llm: 'small' }, 1]);
});

test('what cannot be asked offers nothing else, and the next failure finds it asked again', async () => {
  const { standIns, fail, chosen, failure, refused } = createRig({ kept: ['small'] });
  failure.current = new Error('no catalogue');
  expect(await fail()).toBe(false);
  expect(await standIns.chooseForLost(STAGE)).toBe(false);
  expect([chosen(), [...refused]]).toEqual(['large', []]);
  failure.current = null;
  expect(await fail()).toBe(true);
  expect(chosen()).toBe('small');
});

test('an abort in the middle begins nothing, and leaves a choice that the next load begins with', async () => {
  const { standIns, chosen, refused } = createRig({ models: ['large', 'middle', 'small'] });
  const controller = new AbortController();
  const { signal } = controller;
  const failing = standIns.chooseAtLoad(STAGE, { failed: 'large', error: crashed, signal });
  controller.abort(createAbortReason('not any more'));
  await expect(failing).rejects.toThrow('not any more');
  expect([chosen(), [...refused]]).toEqual(['middle', ['large']]);
  const late = standIns.chooseAtLoad(STAGE, { failed: 'middle', error: crashed, signal });
  await expect(late).rejects.toThrow('not any more');
  expect(chosen()).toBe('middle');
});
