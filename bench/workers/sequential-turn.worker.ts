// Entry of the sequential arm's turn worker: takes the place of the product's.
import type { ResolvedOptions } from '../../src/agent/options.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { TurnConfig } from '../../src/engines/worker-configs.ts';
import { createSileroVad } from '../../workers/engines/silero-vad.ts';
import { exposeEngine } from '../../workers/services/expose-engine.ts';
import { SequentialTurn } from './sequential-turn.ts';

exposeEngine<TurnConfig<ResolvedOptions>, readonly EngineInfo[]>(self, async (config, files) => {
  const vad = await createSileroVad({ files, signal: new AbortController().signal });
  return { loaded: [vad.info], service: new SequentialTurn(config.options, vad) };
});
