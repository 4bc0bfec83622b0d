// Engines that take a fixed time and no processor: what is left of a turn is the way it is organised. Worker.
import type { LoadedEngine } from '../../src/core/contracts/loaded-engine.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { EngineWorkerConfig } from '../../src/engines/worker-configs.ts';
import { exposeWorker } from '../../src/rpc/expose-worker.ts';
import { FakeEndOfTurn } from '../../src/testing/fake-end-of-turn.ts';
import { FakeTts } from '../../src/testing/fake-tts.ts';
import { ScriptedStt } from '../../src/testing/scripted-stt.ts';
import { EndOfTurnServiceHost } from '../../src/engines/end-of-turn-host.ts';
import { SttServiceHost } from '../../src/engines/stt-host.ts';
import { TtsServiceHost } from '../../src/engines/tts-host.ts';
import { createTtsWork } from '../../workers/services/tts-work.ts';
import { STUB_MS } from './stub-times.ts';

const HEARD = 'What is the capital of France?';
const clock = systemClock;

/** By the name that the product gives the worker it starts. */
function createService(name: string): { loaded: LoadedEngine; service: object } {
  const about = { voices: [], languages: ['en'] };
  switch (name) {
    case 'parley-listen': {
      const stt = new ScriptedStt({ lines: [HEARD], latencyMs: STUB_MS.stt, clock });
      return { loaded: { ...about, info: stt.info }, service: new SttServiceHost(stt) };
    }
    case 'parley-end-of-turn': {
      const model = new FakeEndOfTurn({ latency: { clock, ms: STUB_MS.endOfTurn } });
      return { loaded: { ...about, info: model.info }, service: new EndOfTurnServiceHost(model) };
    }
    default: {
      const tts = new FakeTts({ latency: { clock, perChunkMs: STUB_MS.tts } });
      const loaded = { ...about, info: tts.info, voices: tts.voices };
      return { loaded, service: new TtsServiceHost(tts, createTtsWork(self)) };
    }
  }
}

exposeWorker<EngineWorkerConfig, LoadedEngine>(self, {
  load: async () => createService(self.name),
});
