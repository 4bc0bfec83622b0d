// Entry of the turn worker: voice activity, turn taking and the reply pipeline.
import type { EngineInfo } from '../src/core/contracts/engine.ts';
import type { ResolvedOptions } from '../src/agent/options.ts';
import type { TurnConfig } from '../src/engines/worker-configs.ts';
import { exposeWorker } from '../src/rpc/expose-worker.ts';
import { createSileroVad } from './engines/silero-vad.ts';
import { openModelFiles } from './services/load-engine.ts';
import { TurnServiceHost } from './services/turn-service.ts';

exposeWorker<TurnConfig<ResolvedOptions>, EngineInfo>(self, {
  async load(config, onProgress) {
    const vad = await createSileroVad({
      files: openModelFiles(config, onProgress),
      signal: new AbortController().signal,
    });
    return { loaded: vad.info, service: new TurnServiceHost(config.options, vad) };
  },
});
