// Entry of the end-of-turn worker: whether a person who fell silent has finished.
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { EndOfTurnConfig } from '../src/engines/worker-configs.ts';
import { createSmartTurn } from './engines/smart-turn.ts';
import { EndOfTurnServiceHost } from '../src/engines/end-of-turn-host.ts';
import { exposeEngine } from './services/expose-engine.ts';

exposeEngine<EndOfTurnConfig, LoadedEngine>(self, async ({ threads }, files) => {
  const { signal } = new AbortController();
  const engine = await createSmartTurn({ files, threads, signal });
  return {
    loaded: { info: engine.info, voices: [], languages: ['*'] },
    service: new EndOfTurnServiceHost(engine),
  };
});
