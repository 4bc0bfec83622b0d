// The voice detector and the keyword spotter that a page asks for, in the real turn worker.
import { afterEach, expect, test } from 'vitest';
import { BrowserRuntime } from '../../src/browser/browser-runtime.ts';
import { loadCatalog } from '../../src/browser/load-catalog.ts';
import { systemClock } from '../../src/core/clock.ts';
import { ELSEWHERE } from '../support/agent-events.ts';
import { silentObserver } from '../support/silent-observer.ts';

const open: BrowserRuntime[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.dispose()));
});

test.each([
  ['silero', ['silero-vad']],
  ['sherpa-onnx', ['silero-vad']],
  ['energy', []],
] as const)('%s', async (vad, modelIds) => {
  const llm = { kind: 'persona', lines: [{ say: 'Yes.' }] } as const;
  const engines = { vad, llm, stt: ELSEWHERE, turn: 'timer', tts: 'none' } as const;
  const options = { assets: { modelsUrl: '/models/' }, engines };
  const runtime = new BrowserRuntime(options, { observer: silentObserver, clock: systemClock });
  open.push(runtime);
  const required = await runtime.requiredModels(undefined);
  expect(required.map(({ id }) => id)).toEqual(modelIds);
  await runtime.load('all', undefined);
  expect(runtime.engines[0]).toMatchObject({ stage: 'vad', name: vad, modelIds });
});

test('a keyword spotter of the catalogue is loaded beside it, and told of', async () => {
  const catalogs = ['/models/catalog.json', '/toys/catalog.json'].map((path) =>
    loadCatalog(new URL(path, location.href).href, undefined),
  );
  const models = (await Promise.all(catalogs)).flatMap((catalog) => catalog.models);
  const catalogUrl = URL.createObjectURL(new Blob([JSON.stringify({ version: 1, models })]));
  const llm = { kind: 'persona', lines: [{ say: 'Yes.' }] } as const;
  const wake = { kind: 'local', modelId: 'toy-keywords' } as const;
  const assets = { modelsUrl: '/models/', mirrors: ['/toys/'], catalogUrl };
  const runtime = new BrowserRuntime(
    {
      ...{ assets, mode: 'wake-phrase', wakePhrase: 'low high' },
      engines: { wake, llm, stt: ELSEWHERE, turn: 'timer', tts: 'none' },
    },
    { observer: silentObserver, clock: systemClock },
  );
  open.push(runtime);
  const required = await runtime.requiredModels(undefined);
  expect(required.map(({ id }) => id)).toContain('toy-keywords');
  await runtime.load('all', undefined);
  const stages = runtime.engines.map(({ stage, modelIds }) => [stage, ...modelIds]);
  expect(stages.slice(0, 2)).toEqual([
    ['vad', 'silero-vad'],
    ['wake', 'toy-keywords'],
  ]);
});
