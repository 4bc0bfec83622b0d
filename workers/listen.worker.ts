// Entry of the listen worker: speech recognition.
import type { ListenConfig } from '../src/engines/worker-configs.ts';
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { createMoonshineStt } from './engines/moonshine-stt.ts';
import { openModelFiles } from './services/load-engine.ts';
import { SttServiceHost } from './services/stt-service.ts';

exposeWorker<ListenConfig, LoadedEngine>(self, {
  async load(config, onProgress) {
    const engine = await createMoonshineStt({
      files: openModelFiles(config, onProgress),
      threads: config.threads,
      signal: new AbortController().signal,
    });

    return {
      loaded: { info: engine.info, voices: [], languages: engine.languages },
      service: new SttServiceHost(engine),
    };
  },
});
