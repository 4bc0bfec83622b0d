// Entry of the listen worker: speech recognition.
import type { ListenConfig } from '../src/engines/worker-configs.ts';
import type { LoadedEngine } from '../src/engines/services.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { createMoonshineStt } from './engines/moonshine-stt.ts';
import { openModelFiles } from './services/load-engine.ts';
import { SttServiceHost } from './services/stt-service.ts';

const service = new SttServiceHost();

exposeWorker<ListenConfig, LoadedEngine>(self, {
  service,
  async load(config, onProgress) {
    const engine = await createMoonshineStt({
      files: openModelFiles(config, onProgress),
      threads: config.threads,
      signal: new AbortController().signal,
    });
    service.setEngine(engine);
    return { info: engine.info, voices: [], languages: engine.languages };
  },
});
