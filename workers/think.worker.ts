// Entry of the think worker: a language model on the device.
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { ThinkConfig } from '../src/engines/worker-configs.ts';
import { findModel } from '../src/models/catalog.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { createLlm } from './engines/llm-choice.ts';
import { openModelFiles } from './services/load-engine.ts';
import { LlmServiceHost } from './services/llm-service.ts';

exposeWorker<ThinkConfig, LoadedEngine>(self, {
  async load(config, onProgress) {
    const { modelId, threads, catalog } = config;
    const engine = await createLlm({
      files: openModelFiles(config, onProgress),
      model: findModel(catalog, modelId),
      threads,
      contextTokens: 2_048,
      signal: new AbortController().signal,
    });
    return {
      loaded: {
        info: engine.info,
        voices: [],
        languages: [],
        supportsTools: engine.supportsTools ?? true,
      },
      service: new LlmServiceHost(engine),
    };
  },
});
