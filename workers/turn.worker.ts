// Entry of the turn worker: voice activity, turn taking and the reply pipeline.
import type { EngineInfo } from '../src/core/contracts/engine.ts';
import type { ResolvedOptions } from '../src/agent/options.ts';
import type { TurnConfig } from '../src/engines/worker-configs.ts';
import { findModel } from '../src/models/catalog.ts';
import { createVad } from './engines/vad-choice.ts';
import { createSpotter } from './engines/wake-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { TurnServiceHost } from './services/turn-service.ts';

exposeEngine<TurnConfig<ResolvedOptions>, readonly EngineInfo[]>(self, async (config, files) => {
  const { signal } = new AbortController();
  const { catalog, options } = config;
  const { wake } = options.engines;
  const [vad, spotter] = await Promise.all([
    createVad({ engine: options.engines.vad, files, signal }),
    wake === 'transcript'
      ? null
      : createSpotter({ model: findModel(catalog, wake.modelId), files, signal }),
  ]);
  const loaded = spotter === null ? [vad.info] : [vad.info, spotter.info];
  return { loaded, service: new TurnServiceHost(options, { vad, spotter }) };
});
