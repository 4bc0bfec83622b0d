// The voice that a page asked for. Runs in the speak worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import type { VoiceAgentError } from '../../src/core/errors.ts';
import type { SpeakConfig } from '../../src/engines/worker-configs.ts';
import { findModel } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import { createKokoroTts } from './kokoro-tts.ts';
import { kokoroVoiceFor } from './kokoro-voices.ts';
import { createPhonemiser } from './phonemiser-choice.ts';
import { createPiperTts } from './piper-tts.ts';

export interface TtsParts {
  readonly files: ModelFiles;
  readonly onFallback: (error: VoiceAgentError) => void;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** Rejects as the engine does, or with `model-invalid`. */
export async function createTts(config: SpeakConfig, parts: TtsParts): Promise<TtsEngine> {
  if (typeof config.engine === 'object') return createOwn(config.engine.modelId, config, parts);
  const { files, onFallback, signal } = parts;
  if (config.engine === 'flite') {
    const { createFliteTts } = await import('./flite-tts.ts');
    return createFliteTts({ files, signal });
  }
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

/** A voice of the site's own catalogue; its engine is fetched for those pages alone. */
async function createOwn(
  modelId: string,
  { catalog }: SpeakConfig,
  { files, signal }: TtsParts,
): Promise<TtsEngine> {
  const model = findModel(catalog, modelId);
  // Throws where no engine can run it; there is one.
  modelKind(model, 'tts');
  const { createSherpaTts } = await import('./sherpa-tts.ts');
  return createSherpaTts({ files, model, signal });
}
