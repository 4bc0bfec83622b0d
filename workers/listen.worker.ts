// Entry of the listen worker: speech recognition.
import type { ListenConfig } from '../src/engines/worker-configs.ts';
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { SttEngine } from '../src/core/contracts/speech-to-text.ts';
import type { VoiceAgentError } from '../src/core/errors.ts';
import { findModel } from '../src/models/catalog.ts';
import { tellFallback } from '../src/rpc/expose-worker.ts';
import { createStt } from './engines/stt-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { SttServiceHost } from '../src/engines/stt-host.ts';

exposeEngine<ListenConfig, LoadedEngine>(self, async (config, files) => {
  const { catalog, modelId, threads, backend } = config;
  let engine: SttEngine | null = null;
  const onFallback = (error: VoiceAgentError): void =>
    tellFallback(self, { error, info: engine?.info ?? null });
  const { signal } = new AbortController();
  const model = findModel(catalog, modelId);
  engine = await createStt({ files, model, threads, backend, onFallback, signal });
  return {
    loaded: { info: engine.info, voices: [], languages: engine.languages },
    service: new SttServiceHost(engine),
  };
});
