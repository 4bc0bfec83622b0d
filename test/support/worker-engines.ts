// Engines in their real workers, started from their scripts as the runtime starts them, on models made by tests. Browser.
import { transfer } from 'comlink';
import { loadCatalog } from '../../src/browser/load-catalog.ts';
import { ModelLibrary } from '../../src/browser/model-library.ts';
import { createWorker } from '../../src/browser/worker-scripts.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { SpeakConfig, ThinkConfig } from '../../src/engines/worker-configs.ts';
import { WorkerLlm } from '../../src/engines/worker-llm.ts';
import { WorkerStt } from '../../src/engines/worker-stt.ts';
import { WorkerTts } from '../../src/engines/worker-tts.ts';
import type { ModelCatalog } from '../../src/models/catalog.ts';
import { WorkerHost } from '../../src/rpc/worker-host.ts';

export interface WorkerEngine<Engine> {
  readonly engine: Engine;
  /** Models whose files were read. */
  readonly progress: ReadonlySet<string>;
  dispose(): void;
}

export function startListening(modelId: string): Promise<WorkerEngine<WorkerStt>> {
  return start('listen', modelId, (loaded) => new WorkerStt({ loaded, clock: systemClock }));
}

export function startThinking(modelId: string): Promise<WorkerEngine<WorkerLlm>> {
  return start('think', modelId, (loaded) => new WorkerLlm({ loaded, clock: systemClock }));
}

export function startSpeaking(modelId: string): Promise<WorkerEngine<WorkerTts>> {
  return start('speak', modelId, (loaded) => new WorkerTts({ loaded, clock: systemClock }));
}

/** Of the workers that are started here each reads its part. */
function toConfig(catalog: ModelCatalog, modelId: string): ThinkConfig & SpeakConfig {
  const voice = { engine: { modelId }, voice: null, language: 'en' } as const;
  const common = { catalog, threads: 2, modelId };
  return { ...common, ...voice, phonemes: 'auto', backend: 'wasm' };
}

/** Rejects as loading does. */
async function start<Engine extends WorkerStt | WorkerLlm | WorkerTts>(
  name: 'listen' | 'think' | 'speak',
  modelId: string,
  create: (loaded: LoadedEngine) => Engine,
): Promise<WorkerEngine<Engine>> {
  const modelsUrl = new URL('/toys/', location.href).href;
  const catalog = await loadCatalog(`${modelsUrl}catalog.json`, undefined);
  const progress = new Set<string>();
  const ready: { engine?: Engine } = {};
  const library = new ModelLibrary({
    ...{ clock: systemClock, logger: silentLogger },
    getConfig: () => Promise.resolve({ catalog, baseUrls: [modelsUrl], keepsFiles: false }),
    onProgress: (told) => void progress.add(told.modelId),
    onFallback: () => undefined,
    onLost: (error) => ready.engine?.detach(error),
  });
  const host = new WorkerHost<ThinkConfig & SpeakConfig, LoadedEngine>({
    name,
    url: 'the script',
    create: () => createWorker(name),
    clock: systemClock,
    logger: silentLogger,
    onLost: (error) => ready.engine?.detach(error),
    prepare: async (control) => {
      library.attach((files) => void control.attachFiles(transfer(files, [files])));
      const loaded = await control.load(toConfig(catalog, modelId));
      const { port1, port2 } = new MessageChannel();
      await control.connect(transfer(port1, [port1]));
      ready.engine = create(loaded);
      ready.engine.attach(port2);
    },
  });
  const dispose = (): void => {
    host.dispose();
    library.dispose();
  };
  try {
    await Promise.all([library.start(undefined), host.start()]);
  } catch (error) {
    dispose();
    throw error;
  }
  const { engine } = ready;
  if (engine === undefined) throw new Error('The worker is ready without an engine.');
  return { engine, progress, dispose };
}
