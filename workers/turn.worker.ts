// Entry of the turn worker: voice activity, turn taking and the reply pipeline.
import type { EngineInfo } from '../src/core/contracts/engine.ts';
import type { ResolvedOptions } from '../src/agent/options.ts';
import type { TurnConfig } from '../src/engines/worker-configs.ts';
import { createVad } from './engines/vad-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { TurnServiceHost } from './services/turn-service.ts';

exposeEngine<TurnConfig<ResolvedOptions>, EngineInfo>(self, async ({ options }, files) => {
  const { signal } = new AbortController();
  const vad = await createVad({ engine: options.engines.vad, files, signal });
  return { loaded: vad.info, service: new TurnServiceHost(options, vad) };
});
