// Entry of the think worker: a language model on the device.
import type { LlmEngine } from '../src/core/contracts/language-model.ts';
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { VoiceAgentError } from '../src/core/errors.ts';
import { LlmServiceHost } from '../src/engines/llm-host.ts';
import type { ThinkConfig } from '../src/engines/worker-configs.ts';
import { findModel } from '../src/models/catalog.ts';
import { tellFallback } from '../src/rpc/expose-worker.ts';
import { createLlm } from './engines/llm-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';

exposeEngine<ThinkConfig, LoadedEngine>(self, async (config, files) => {
  const { modelId, spareModelId, catalog, threads, backend } = config;
  const model = findModel(catalog, modelId);
  let engine: LlmEngine | null = null;
  engine = await createLlm({
    ...{ files, threads, backend, contextTokens: 2_048 },
    model,
    spare: spareModelId === null ? null : findModel(catalog, spareModelId),
    onFallback: (error: VoiceAgentError) =>
      tellFallback(self, { error, info: engine?.info ?? null }),
    signal: new AbortController().signal,
  });
  const { info, supportsTools = true } = engine;
  return {
    loaded: { info, voices: [], languages: model.languages, supportsTools },
    service: new LlmServiceHost(engine),
  };
});
