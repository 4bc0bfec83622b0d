// Entry of the end-of-turn worker: whether a person who fell silent has finished.
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { EndOfTurnConfig } from '../src/engines/worker-configs.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { createSmartTurn } from './engines/smart-turn.ts';
import { EndOfTurnServiceHost } from './services/end-of-turn-service.ts';
import { openModelFiles } from './services/load-engine.ts';

exposeWorker<EndOfTurnConfig, LoadedEngine>(self, {
  async load(config, onProgress) {
    const engine = await createSmartTurn({
      files: openModelFiles(config, onProgress),
      threads: config.threads,
      signal: new AbortController().signal,
    });
    return {
      loaded: { info: engine.info, voices: [], languages: ['*'] },
      service: new EndOfTurnServiceHost(engine),
    };
  },
});
