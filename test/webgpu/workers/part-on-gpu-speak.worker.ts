// The speak worker with Kokoro partly on a graphics processor that is software, for the test that takes it away.
import type { LoadedEngine } from '../../../src/core/contracts/loaded-engine.ts';
import type { TtsEngine } from '../../../src/core/contracts/text-to-speech.ts';
import type { SpeakConfig } from '../../../src/engines/worker-configs.ts';
import { tellFallback } from '../../../src/rpc/expose-worker.ts';
import { createKokoroTts } from '../../../workers/engines/kokoro-tts.ts';
import { createPhonemiser } from '../../../workers/engines/phonemiser-choice.ts';
import { exposeEngine } from '../../../workers/services/expose-engine.ts';
import { createTtsWork } from '../../../workers/services/tts-work.ts';
import { TtsServiceHost } from '../../../src/engines/tts-host.ts';
import { loadPartOnGpu } from '../part-on-gpu.ts';

exposeEngine<SpeakConfig, LoadedEngine>(self, async ({ threads, backend, phonemes }, files) => {
  let engine: TtsEngine | null = null;
  engine = await createKokoroTts({
    ...{ files, threads, backend, signal: new AbortController().signal },
    phonemise: createPhonemiser({ files, prefer: phonemes }),
    loadOnGpu: loadPartOnGpu(),
    onFallback: (error) => tellFallback(self, { error, info: engine?.info ?? null }),
  });
  return {
    loaded: { info: engine.info, voices: engine.voices, languages: ['en'] },
    service: new TtsServiceHost(engine, createTtsWork(self)),
  };
});
