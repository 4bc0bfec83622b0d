// What is chosen in the place of an engine that failed, with a selection that is played. Node.
import { expect, test } from 'vitest';
import type { ChosenStage } from '../../../src/agent/engine-choice.ts';
import { StandIns } from '../../../src/browser/stand-ins.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { storedModel } from '../../support/model-lists.ts';

const SIZES: Readonly<Record<string, number>> = { large: 900, middle: 500, small: 100 };

const toModel = (id: string): CatalogModel => ({
  ...{ id, name: id, task: 'llm', licence: 'MIT', note: '', languages: ['*'] },
  ...{ backends: ['wasm'], preload: false },
  files: [{ name: 'a.gguf', bytes: SIZES[id] ?? 0, sha256: '', sources: [] }],
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
      const left = models.filter((id) => id === null || !refused.has(id));
      // Of nothing that is left, what a page has before anything is known.
      chosen = left.length === 0 ? (models.at(-1) ?? null) : (left[0] ?? null);
    },
  });
  return { standIns, chosen: () => chosen };
}

const STAGE: ChosenStage = 'llm';
const crashed = new VoiceAgentError('worker-crashed', 'It crashed.', {
  details: { worker: 'think', reason: 'memory' },
});
const offline = new VoiceAgentError('model-download-failed', 'No network.', {
  details: { modelId: 'large', url: '', status: null },
});

test('one that cannot be loaded makes room for one that is not larger, then for the next', async () => {
  const { standIns, chosen } = createRig({ models: ['large', 'middle', 'small'] });
  expect(await standIns.chooseAtLoad(STAGE, crashed)).toBe(true);
  expect(chosen()).toBe('middle');
  expect(await standIns.chooseAtLoad(STAGE, crashed)).toBe(true);
  expect(chosen()).toBe('small');
  expect(await standIns.chooseAtLoad(STAGE, crashed)).toBe(false);
  expect(chosen()).toBe('small');
});

test('a larger one only if it is on the device', async () => {
  const absent = createRig({ models: ['small', 'large'] });
  expect(await absent.standIns.chooseAtLoad(STAGE, crashed)).toBe(false);
  expect(absent.chosen()).toBe('small');
  const kept = createRig({ models: ['small', 'large'], kept: ['large'] });
  expect(await kept.standIns.chooseAtLoad(STAGE, crashed)).toBe(true);
});

test('one that was lost at work: only by what is on the device, or by captions', async () => {
  expect(await createRig({}).standIns.chooseForLost(STAGE)).toBe(false);
  expect(await createRig({ kept: ['small'] }).standIns.chooseForLost(STAGE)).toBe(true);
  const captions = createRig({ models: ['small', null] });
  expect(await captions.standIns.chooseForLost('tts')).toBe(true);
  expect(captions.chosen()).toBeNull();
});

test('a download that failed, or an engine that the page names, is left as it is', async () => {
  const { standIns, chosen } = createRig({});
  expect(await standIns.chooseAtLoad(STAGE, offline)).toBe(false);
  expect(await standIns.chooseAtLoad(STAGE, new TypeError('a mistake'))).toBe(false);
  expect(chosen()).toBe('large');
  const named = createRig({ isLeftToDevice: false, kept: ['small'] });
  expect(await named.standIns.chooseAtLoad(STAGE, crashed)).toBe(false);
  expect(await named.standIns.chooseForLost(STAGE)).toBe(false);
});
