// The voice that a page asked for. Runs in the speak worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import type { VoiceAgentError } from '../../src/core/errors.ts';
import type { SpeakConfig } from '../../src/engines/worker-configs.ts';
import { findFile, findModel, PIPER_SETTINGS } from '../../src/models/catalog.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import { ESPEAK_MODEL_ID } from './espeak-languages.ts';
import { createKokoroTts } from './kokoro-tts.ts';
import { kokoroVoiceFor, kokoroVoicesOf } from './kokoro-voices.ts';
import { createPhonemiser } from './phonemiser-choice.ts';
import { createPiperTts } from './piper-tts.ts';
import type { PiperFiles } from './piper-tts.ts';

/** What the option `piper` means. */
const PIPER_MODEL_ID = 'piper-en-us-joe';

export interface TtsParts {
  readonly files: ModelFiles;
  readonly onFallback: (error: VoiceAgentError) => void;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** Of the site's own catalogue, which engine a voice is for is told by its files. Rejects as the engine does, or with `model-invalid`. */
export async function createTts(config: SpeakConfig, parts: TtsParts): Promise<TtsEngine> {
  const { catalog, engine } = config;
  const { files, onFallback, signal } = parts;
  const own = typeof engine === 'object' ? findModel(catalog, engine.modelId) : null;
  if (own !== null && modelKind(own, 'tts') === 'sherpa') {
    // Its engine is fetched for those pages alone.
    const { createSherpaTts } = await import('./sherpa-tts.ts');
    return createSherpaTts({ files, model: own, signal });
  }
  if (engine === 'flite') {
    const { createFliteTts } = await import('./flite-tts.ts');
    return createFliteTts({ files, signal });
  }
  const languages = catalog.models.find(({ id }) => id === ESPEAK_MODEL_ID)?.languages ?? [];
  const phonemise = createPhonemiser({ files, languages, prefer: config.phonemes });
  const common = { files, threads: config.threads, phonemise, signal };
  if (engine === 'kokoro') {
    // Its file is read while the weights arrive. What fails here fails again where words are asked for.
    const anything = { language: 'en-us', alphabet: 'kokoro', signal } as const;
    phonemise.phonemise('Hello', anything).catch(() => undefined);
    const voices = kokoroVoicesOf(catalog);
    const voice = kokoroVoiceFor(config.language, voices);
    return createKokoroTts({ ...common, voices, voice, backend: config.backend, onFallback });
  }
  return createPiperTts({ ...common, ...piperFiles(own ?? findModel(catalog, PIPER_MODEL_ID)) });
}

/** Throws `model-invalid` for a model without both files. */
function piperFiles(model: CatalogModel): PiperFiles {
  const settings = model.files.find(({ name }) => name.endsWith(PIPER_SETTINGS))?.name;
  const fileName = settings?.slice(0, -'.json'.length) ?? `${model.id}.onnx`;
  findFile(model, fileName);
  return { modelId: model.id, fileName, languages: model.languages };
}
