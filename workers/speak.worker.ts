// Entry of the speak worker: speech synthesis.
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { TtsEngine } from '../src/core/contracts/text-to-speech.ts';
import type { VoiceAgentError } from '../src/core/errors.ts';
import type { SpeakConfig } from '../src/engines/worker-configs.ts';
import { tellFallback } from '../src/rpc/expose-worker.ts';
import { createTts } from './engines/tts-choice.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { createTtsWork } from './services/tts-work.ts';
import { TtsServiceHost } from '../src/engines/tts-host.ts';

exposeEngine<SpeakConfig, LoadedEngine>(self, async (config, files) => {
  let engine: TtsEngine | null = null;
  const onFallback = (error: VoiceAgentError): void =>
    tellFallback(self, { error, info: engine?.info ?? null });
  const { signal } = new AbortController();
  engine = await createTts(config, { files, onFallback, signal });
  const languages = [...new Set(engine.voices.map(({ language }) => language))];
  return {
    loaded: { info: engine.info, voices: engine.voices, languages },
    service: new TtsServiceHost(engine, createTtsWork(self)),
  };
});
