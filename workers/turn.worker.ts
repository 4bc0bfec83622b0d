// Entry of the turn worker: voice activity, turn taking and the reply pipeline.
import type { EngineInfo } from '../src/core/contracts/engine.ts';
import type { ResolvedOptions } from '../src/agent/options.ts';
import type { TurnConfig } from '../src/engines/worker-configs.ts';
import { createSileroVad } from './engines/silero-vad.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { TurnServiceHost } from './services/turn-service.ts';

exposeEngine<TurnConfig<ResolvedOptions>, EngineInfo>(self, async (config, files) => {
  const vad = await createSileroVad({ files, signal: new AbortController().signal });
  return { loaded: vad.info, service: new TurnServiceHost(config.options, vad) };
});
