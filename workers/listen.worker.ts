// Entry of the listen worker: speech recognition.
import type { ListenConfig } from '../src/engines/worker-configs.ts';
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import { findModel } from '../src/models/catalog.ts';
import { createStt } from './engines/stt-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { SttServiceHost } from '../src/engines/stt-host.ts';

exposeEngine<ListenConfig, LoadedEngine>(self, async ({ catalog, modelId, threads }, files) => {
  const { signal } = new AbortController();
  const model = findModel(catalog, modelId);
  const engine = await createStt({ files, model, threads, signal });
  return {
    loaded: { info: engine.info, voices: [], languages: engine.languages },
    service: new SttServiceHost(engine),
  };
});
