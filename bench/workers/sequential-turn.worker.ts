// Entry of the sequential arm's turn worker: takes the place of the product's.
import type { ResolvedOptions } from '../../src/agent/options.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { TurnConfig } from '../../src/engines/worker-configs.ts';
import { exposeWorker } from '../../src/rpc/expose-worker.ts';
import { createSileroVad } from '../../workers/engines/silero-vad.ts';
import { openModelFiles } from '../../workers/services/load-engine.ts';
import { SequentialTurn } from './sequential-turn.ts';

exposeWorker<TurnConfig<ResolvedOptions>, EngineInfo>(self, {
  async load(config, onProgress) {
    const vad = await createSileroVad({
      files: openModelFiles(config, onProgress),
      signal: new AbortController().signal,
    });
    return { loaded: vad.info, service: new SequentialTurn(config.options, vad) };
  },
});
