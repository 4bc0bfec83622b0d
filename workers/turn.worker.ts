// Entry of the turn worker: voice activity, turn taking and the reply pipeline.
import type { ResolvedOptions } from '../src/agent/options.ts';
import type { TurnConfig } from '../src/engines/worker-configs.ts';
import { findModel } from '../src/models/catalog.ts';
import { createVadOrFloor } from './engines/vad-choice.ts';
import { createSpotter } from './engines/wake-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { TurnServiceHost } from './services/turn-service.ts';
import { whileLoading } from './services/while-loading.ts';

exposeEngine<TurnConfig<ResolvedOptions>, null>(self, async ({ catalog, options }, files) => {
  const { signal } = new AbortController();
  const { vad: engine, wake } = options.engines;
  const service = new TurnServiceHost(options, {
    loadVad: () =>
      whileLoading(self, files, (own) => createVadOrFloor({ engine, files: own, signal })),
    loadSpotter: async () => {
      if (wake === 'transcript') return null;
      const model = findModel(catalog, wake.modelId);
      return whileLoading(self, files, (own) => createSpotter({ model, files: own, signal }));
    },
  });
  return { loaded: null, service };
});
