// What `auto` comes to on a device that is played, and what stands in for it. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { EngineChoice } from '../../../src/agent/engine-choice.ts';
import type { EngineOptions } from '../../../src/agent/options.ts';
import { EngineSelection } from '../../../src/browser/engine-selection.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { storedModel } from '../../support/model-lists.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';

const shipped = parseCatalog(
  JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../../public/models/catalog.json'), 'utf8'),
  ),
);
const SMALL = 'smollm2-135m-instruct';
const small = shipped.models.find(({ id }) => id === SMALL)!;
const toLlm = (id: string, bytes: number, backend: 'wasm' | 'webgpu'): CatalogModel => ({
  ...{ ...small, id, name: id, backends: [backend] },
  files: [{ ...small.files[0]!, bytes }],
});
const compiled = toLlm('compiled', 1e9, 'webgpu');
const near = toLlm('near', 3e8, 'wasm');

interface RigOptions {
  readonly engines?: EngineOptions;
  readonly models?: readonly CatalogModel[];
  /** What the device holds. */
  readonly kept?: readonly string[];
}

/** A device with a graphics processor of hardware. */
function createRig(options: RigOptions = {}) {
  const { engines = { llm: 'auto' }, models = [...shipped.models, compiled], kept = [] } = options;
  const listing = { current: Promise.resolve() };
  const adapter = { info: { vendor: 'acme', architecture: '', description: '' } };
  vi.stubGlobal('navigator', {
    hardwareConcurrency: 8,
    gpu: { requestAdapter: async () => ({ ...adapter, features: new Set() }) },
  });
  vi.stubGlobal('crossOriginIsolated', true);
  const told: EngineChoice[] = [];
  let listed = 0;
  const selection = new EngineSelection({
    ...{ clock: new ManualClock(), getOptions: () => ({ engines }), getThreads: () => 4 },
    listModels: async () => {
      listed += 1;
      await listing.current;
      return kept.map((id) => storedModel(id));
    },
    onChoice: (choice) => void told.push(choice),
  });
  const update = () => selection.update({ ...shipped, models }, undefined);
  return { selection, update, told, listed: () => listed, listing };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('on a first visit the small model that answers stands in for the one that comes', async () => {
  const { selection, update } = createRig();
  await update();
  expect([selection.modelOf('llm'), selection.betterLlm]).toEqual([SMALL, 'compiled']);
  expect(selection.spareLlm).toBe(SMALL);
  selection.takeBetterLlm();
  await update();
  expect([selection.modelOf('llm'), selection.spareLlm]).toEqual(['compiled', SMALL]);
});

test('on later visits too, and what is on the device before what would be fetched', async () => {
  const models = [...shipped.models, compiled, near];
  const again = createRig({ models, kept: ['compiled', 'near'] });
  await again.update();
  expect([again.selection.modelOf('llm'), again.selection.betterLlm]).toEqual(['compiled', null]);
  expect(again.selection.spareLlm).toBe('near');
});

test('one that nobody kept is named all the same: it is fetched when it is needed', async () => {
  const models = [...shipped.models.filter(({ id }) => id !== SMALL), compiled, near];
  const { selection, update } = createRig({ models });
  await update();
  expect([selection.modelOf('llm'), selection.betterLlm]).toEqual(['compiled', null]);
  expect(selection.spareLlm).toBe('near');
});

test('a model that the options name, or that the processor runs, has none', async () => {
  const named = createRig({
    engines: { llm: { kind: 'local', modelId: 'compiled' }, stt: 'auto' },
  });
  await named.update();
  expect(named.selection.spareLlm).toBeNull();
  const alone = createRig({ models: shipped.models });
  await alone.update();
  expect(alone.selection.spareLlm).toBeNull();
  // The store is not started to hear of nothing.
  expect(alone.listed()).toBe(0);
});

test('how quick engines were in three replies is known to the next choice', async () => {
  const models = [...shipped.models, near];
  const { selection, update, told } = createRig({ engines: { llm: 'auto', stt: 'auto' }, models });
  await update();
  expect(selection.modelOf('llm')).toBe('near');
  // 20 tokens in 4 s are 5 a second.
  const llm = {
    ...{ engine: 'llama', model: 'near', promptTokens: 9, completionTokens: 21 },
    ...{ decodeMs: 4_000, calls: 1 },
  };
  const reply = turnMetrics({ llm, stt: { audioMs: 2_000, computeMs: 200 } });
  for (let count = 0; count < 2; count += 1) await selection.handleReply(reply);
  await update();
  expect(selection.modelOf('llm')).toBe('near');
  await selection.handleReply(reply);
  await update();
  expect(selection.modelOf('llm')).toBe(SMALL);
  expect(told.at(-1)?.reason).toMatch(/near is too slow for this device: it made 5 tokens/u);
  const heard = told.findLast(({ stage }) => stage === 'stt');
  expect(heard?.reason).toMatch(/It took 0\.10 s for a second of speech/u);
  await selection.forget();
  await update();
  expect(selection.modelOf('llm')).toBe('near');
});

test('an engine that the options name is not judged', async () => {
  const { selection, update } = createRig({ engines: { llm: { kind: 'local', modelId: SMALL } } });
  await update();
  const llm = { ...turnMetrics().llm, completionTokens: 21, decodeMs: 9_000 };
  for (let count = 0; count < 3; count += 1) await selection.handleReply(turnMetrics({ llm }));
  expect(await selection.rtfs.read({ modelId: SMALL, backend: 'webgpu', threads: 1 })).toBeNull();
});

test('a recogniser of the site that options name is looked at too: what it runs on is open', () => {
  const isNeeded = (engines: EngineOptions) => createRig({ engines }).selection.isNeeded;
  expect(isNeeded({ stt: { kind: 'local', modelId: 'whisper' } })).toBe(true);
  expect(isNeeded({ stt: 'moonshine', llm: { kind: 'local', modelId: SMALL } })).toBe(false);
  expect(isNeeded({})).toBe(false);
});

test('what other options would have is told without choosing it, and by what is known', async () => {
  const named = { llm: { kind: 'local', modelId: SMALL } } as const;
  const models = [...shipped.models, compiled, near];
  const { selection, update, told } = createRig({ engines: named, models });
  await update();
  const before = told.length;
  const other = selection.for({ engines: { llm: 'auto' } });
  await other.update({ ...shipped, models }, undefined);
  expect(other.betterLlm).toBe('compiled');
  expect([selection.betterLlm, told.length]).toEqual([null, before]);
  selection.setRefused('compiled', true);
  const without = selection.for({ engines: { llm: 'auto' } });
  await without.update({ ...shipped, models }, undefined);
  expect([without.modelOf('llm'), without.betterLlm]).toEqual(['near', null]);
});

test('of two choices at once the one begun last holds, whichever ends last', async () => {
  const { selection, update, listing, told } = createRig();
  const gate = createDeferred();
  listing.current = gate.promise;
  const first = update();
  await vi.waitFor(() => expect(selection.chosen.llm.modelId).toBe(SMALL));
  await new Promise((resolve) => setTimeout(resolve, 20));
  selection.setRefused('compiled', true);
  listing.current = Promise.resolve();
  await update();
  expect([selection.modelOf('llm'), selection.betterLlm]).toEqual([SMALL, null]);
  const before = told.length;
  gate.resolve();
  await first;
  expect([selection.betterLlm, selection.spareLlm]).toEqual([null, null]);
  expect(told).toHaveLength(before);
});
