// Engines in their real workers, started from their scripts as the runtime starts them, on models made by tests or the
// project's own. Browser.
import { transfer } from 'comlink';
import { loadCatalog } from '../../src/browser/load-catalog.ts';
import { ModelLibrary } from '../../src/browser/model-library.ts';
import { createWorker } from '../../src/browser/worker-scripts.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { EngineBackend } from '../../src/core/contracts/engine.ts';
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { SpeakConfig, ThinkConfig } from '../../src/engines/worker-configs.ts';
import { WorkerLlm } from '../../src/engines/worker-llm.ts';
import { WorkerStt } from '../../src/engines/worker-stt.ts';
import { WorkerTts } from '../../src/engines/worker-tts.ts';
import type { ModelCatalog } from '../../src/models/catalog.ts';
import type { Fallback } from '../../src/rpc/expose-worker.ts';
import { WorkerHost } from '../../src/rpc/worker-host.ts';

export interface WorkerEngine<Engine> {
  readonly engine: Engine;
  /** Models whose files were read. */
  readonly progress: ReadonlySet<string>;
  /** What the worker told of a graphics processor that it does not use, or no longer. */
  readonly fallbacks: readonly Fallback[];
  dispose(): void;
}

/** What is loaded. On the processor unless told otherwise, and without a spare. */
export interface Wanted {
  readonly modelId: string;
  readonly spareModelId?: string;
  readonly backend?: EngineBackend;
}

export function startListening(wanted: string | Wanted): Promise<WorkerEngine<WorkerStt>> {
  return start('listen', wanted, (loaded) => new WorkerStt({ loaded, clock: systemClock }));
}

export function startThinking(wanted: string | Wanted): Promise<WorkerEngine<WorkerLlm>> {
  return start('think', wanted, (loaded) => new WorkerLlm({ loaded, clock: systemClock }));
}

export function startSpeaking(modelId: string): Promise<WorkerEngine<WorkerTts>> {
  return start('speak', modelId, (loaded) => new WorkerTts({ loaded, clock: systemClock }));
}

/** Of the workers that are started here each reads its part. */
function toConfig(catalog: ModelCatalog, wanted: string | Wanted): ThinkConfig & SpeakConfig {
  const what: Wanted = typeof wanted === 'string' ? { modelId: wanted } : wanted;
  const { modelId, spareModelId = null, backend = 'wasm' } = what;
  const voice = { engine: { modelId }, voice: null, language: 'en', phonemes: 'auto' } as const;
  return { ...voice, catalog, threads: 2, modelId, spareModelId, backend };
}

/** Rejects as loading does. */
async function start<Engine extends WorkerStt | WorkerLlm | WorkerTts>(
  name: 'listen' | 'think' | 'speak',
  wanted: string | Wanted,
  create: (loaded: LoadedEngine) => Engine,
): Promise<WorkerEngine<Engine>> {
  const baseUrls = ['/toys/', '/models/'].map((path) => new URL(path, location.href).href);
  const catalog = await loadCatalog(new URL('/toys/all.json', location.href).href, undefined);
  const progress = new Set<string>();
  const fallbacks: Fallback[] = [];
  const ready: { engine?: Engine } = {};
  const library = new ModelLibrary({
    ...{ clock: systemClock, logger: silentLogger },
    getConfig: () => Promise.resolve({ catalog, baseUrls, keepsFiles: false }),
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
    onFallback: (fallback) => void fallbacks.push(fallback),
    prepare: async (control) => {
      library.attach((files) => void control.attachFiles(transfer(files, [files])));
      const loaded = await control.load(toConfig(catalog, wanted));
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
  return { engine, progress, fallbacks, dispose };
}
