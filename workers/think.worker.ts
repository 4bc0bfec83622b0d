// Entry of the think worker: a language model on the device.
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { ThinkConfig } from '../src/engines/worker-configs.ts';
import { findModel } from '../src/models/catalog.ts';
import { createLlm } from './engines/llm-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { LlmServiceHost } from '../src/engines/llm-host.ts';

exposeEngine<ThinkConfig, LoadedEngine>(self, async ({ modelId, threads, catalog }, files) => {
  const engine = await createLlm({
    files,
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
});
