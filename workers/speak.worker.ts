// Entry of the speak worker: speech synthesis.
import type { ModelFiles } from '../src/core/contracts/model-files.ts';
import type { TtsEngine } from '../src/core/contracts/text-to-speech.ts';
import type { LoadedEngine } from '../src/core/contracts/loaded-engine.ts';
import type { VoiceAgentError } from '../src/core/errors.ts';
import type { SpeakConfig } from '../src/engines/worker-configs.ts';
import { tellFallback } from '../src/rpc/expose-worker.ts';
import { createKokoroTts } from './engines/kokoro-tts.ts';
import { kokoroVoiceFor } from './engines/kokoro-voices.ts';
import { createPhonemiser } from './engines/phonemiser-choice.ts';
import { createPiperTts } from './engines/piper-tts.ts';
import { exposeEngine } from './services/expose-engine.ts';
import { TtsServiceHost } from './services/tts-service.ts';

exposeEngine<SpeakConfig, LoadedEngine>(self, async (config, files) => {
  let engine: TtsEngine | null = null;
  const onFallback = (error: VoiceAgentError): void =>
    tellFallback(self, { error, info: engine?.info ?? null });
  engine = await createVoice(config, { files, onFallback });
  return {
    loaded: { info: engine.info, voices: engine.voices, languages: ['en'] },
    service: new TtsServiceHost(engine, self),
  };
});

interface VoiceParts {
  readonly files: ModelFiles;
  readonly onFallback: (error: VoiceAgentError) => void;
}

function createVoice(config: SpeakConfig, { files, onFallback }: VoiceParts): Promise<TtsEngine> {
  const { signal } = new AbortController();
  const phonemise = createPhonemiser({ files, prefer: config.phonemes });
  // Its file is read while the weights arrive. What fails here fails again where words are asked for.
  const anything = { language: 'en-us', alphabet: 'ipa', signal } as const;
  phonemise.phonemise('Hello', anything).catch(() => undefined);
  const common = { files, threads: config.threads, phonemise, signal };
  if (config.engine === 'kokoro') {
    const voice = kokoroVoiceFor(config.language);
    return createKokoroTts({ ...common, voice, backend: config.backend, onFallback });
  }
  const fileName = 'en_US-joe-medium.onnx';
  return createPiperTts({ ...common, modelId: 'piper-en-us-joe', fileName });
}
