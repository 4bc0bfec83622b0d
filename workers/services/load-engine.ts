// What every engine worker does to load: a model store that reports progress to the supervisor.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { EngineWorkerConfig } from '../../src/engines/worker-configs.ts';
import { createModelStore } from '../../src/models/model-store.ts';
import type { LoadProgress } from '../../src/rpc/expose-worker.ts';

/** Progress is told per model: bytes of all its files so far. */
export function openModelFiles(
  config: EngineWorkerConfig,
  onProgress: (progress: LoadProgress) => void,
): ModelFiles {
  const loaded = new Map<string, number>();
  return createModelStore({
    catalog: config.catalog,
    baseUrl: config.modelsUrl,
    onProgress: ({ modelId, file, loadedBytes }) => {
      loaded.set(`${modelId}/${file}`, loadedBytes);
      let sum = 0;
      for (const [key, bytes] of loaded) if (key.startsWith(`${modelId}/`)) sum += bytes;
      const files = config.catalog.models.find((model) => model.id === modelId)?.files ?? [];
      const totalBytes = files.reduce((total, { bytes }) => total + bytes, 0);
      onProgress({ modelId, loadedBytes: sum, totalBytes });
    },
  });
}
