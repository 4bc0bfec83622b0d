import { transfer } from 'comlink';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCatalog } from '../../src/browser/load-catalog.ts';
import { ModelLibrary } from '../../src/browser/model-library.ts';
import { createWorker } from '../../src/browser/worker-scripts.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { EndOfTurnConfig } from '../../src/engines/worker-configs.ts';
import { WorkerEndOfTurn } from '../../src/engines/worker-end-of-turn.ts';
import { WorkerHost } from '../../src/rpc/worker-host.ts';
import { concatenate, fetchRecording, LIBRIVOX, silence } from '../support/recordings.ts';

const { signal } = new AbortController();
const modelsUrl = new URL('/models/', location.href).href;
const progress: string[] = [];
let engine: WorkerEndOfTurn;

const library = new ModelLibrary({
  ...{ clock: systemClock, logger: silentLogger },
  getConfig: async () => ({
    catalog: await loadCatalog(`${modelsUrl}catalog.json`, signal),
    baseUrls: [modelsUrl],
    keepsFiles: false,
  }),
  onProgress: ({ modelId }) => progress.push(modelId),
  onFallback: () => undefined,
  onLost: (error) => engine.detach(error),
});

/** The whole worker, from its script, as the runtime starts it. */
const host = new WorkerHost<EndOfTurnConfig, LoadedEngine>({
  name: 'end-of-turn',
  url: 'the script',
  create: () => createWorker('end-of-turn'),
  clock: systemClock,
  logger: silentLogger,
  onLost: (error) => engine.detach(error),
  prepare: async (control) => {
    const catalog = await loadCatalog(`${modelsUrl}catalog.json`, signal);
    library.attach((port) => void control.attachFiles(transfer(port, [port])));
    const loaded = await control.load({ catalog, threads: 2, engine: 'smart-turn' });
    const { port1, port2 } = new MessageChannel();
    await control.connect(transfer(port1, [port1]));
    engine = new WorkerEndOfTurn({ loaded, clock: systemClock });
    engine.attach(port2);
  },
});

beforeAll(() => Promise.all([library.start(undefined), host.start()]));
afterAll(() => {
  host.dispose();
  library.dispose();
});

test('it loads its model and says on how many threads it runs', () => {
  expect(engine.info).toEqual({
    name: 'smart-turn',
    stage: 'turn',
    modelIds: ['smart-turn-v3.2'],
    backend: 'wasm',
    threads: globalThis.crossOriginIsolated ? 2 : 1,
  });
  expect(new Set(progress)).toEqual(new Set(['smart-turn-v3.2']));
});

test('a finished sentence is told from one cut in the middle, through the port', async () => {
  const { pcm } = await fetchRecording(LIBRIVOX[0]!);
  const predict = (heard: Float32Array): Promise<number> =>
    engine.predict(concatenate(heard, silence(200)), { signal });
  expect(await predict(pcm)).toBeGreaterThan(0.9);
  expect(await predict(pcm.subarray(0, 2_118 * 16))).toBeLessThan(0.3);
});
