// The product's own engine workers, loaded one by one outside any agent. Main thread.
import { EngineStage } from '../../src/browser/engine-stage.ts';
import { loadCatalog } from '../../src/browser/load-catalog.ts';
import { ModelLibrary } from '../../src/browser/model-library.ts';
import { createWorker } from '../../src/browser/worker-scripts.ts';
import type { WorkerName } from '../../src/browser/worker-scripts.ts';
import type { EngineStageName } from '../../src/agent/turn-service.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { EngineWorkerConfig } from '../../src/engines/worker-configs.ts';

export interface LoadedStage {
  readonly loaded: LoadedEngine;
  readonly port: MessagePort;
}

const MODELS_URL = new URL('/models/', location.origin).href;

/** The product's worker of a stage, loaded; `own` is what its configuration has besides the common part. */
export async function loadStage<Config extends EngineWorkerConfig>(
  stage: EngineStageName,
  workerName: WorkerName,
  own: Omit<Config, 'catalog'>,
): Promise<LoadedStage> {
  const ready = createDeferred<LoadedStage>();
  const catalog = await loadCatalog(`${MODELS_URL}catalog.json`, undefined);
  const common = { clock: systemClock, logger: silentLogger };
  const ignore = (): void => undefined;
  const files = new ModelLibrary({
    ...common,
    getConfig: async () => ({ catalog, baseUrls: [MODELS_URL], keepsFiles: false }),
    ...{ onProgress: ignore, onFallback: ignore, onLost: (error) => ready.reject(error) },
  });
  const engine = new EngineStage({
    ...{ ...common, stage, workerName, files },
    create: () => createWorker(workerName),
    config: { ...own, catalog },
    onReady: async (loaded, port) => ready.resolve({ loaded, port }),
    onLost: (error) => ready.reject(error),
    onFallback: () => undefined,
  });
  await files.start(undefined);
  await engine.adopt();
  await engine.start(undefined);
  return ready.promise;
}
