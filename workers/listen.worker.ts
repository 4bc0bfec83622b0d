// Entry of the listen worker: speech recognition.
import type { ListenConfig } from '../src/engines/worker-configs.ts';
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import { findModel } from '../src/models/catalog.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { createStt } from './engines/stt-choice.ts';
import { openModelFiles } from './services/load-engine.ts';
import { SttServiceHost } from './services/stt-service.ts';

exposeWorker<ListenConfig, LoadedEngine>(self, {
  async load(config, onProgress) {
    const engine = await createStt({
      files: openModelFiles(config, onProgress),
      model: findModel(config.catalog, config.modelId),
      threads: config.threads,
      signal: new AbortController().signal,
    });
    return {
      loaded: { info: engine.info, voices: [], languages: engine.languages },
      service: new SttServiceHost(engine),
    };
  },
});
