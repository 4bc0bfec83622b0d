// VITS voices of sherpa-onnx whose words stand in a lexicon. In the speak worker.
import tts from 'sherpa-onnx/sherpa-onnx-tts.js';
import type { OfflineTts } from 'sherpa-onnx/sherpa-onnx-tts.js';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

/** Rejects as {@link loadSherpa} does. */
export function createSherpaVoice(
  source: SherpaSource<'model' | 'tokens' | 'lexicon'>,
): Promise<OfflineTts> {
  return loadSherpa(source, (module, { model, tokens, lexicon }) =>
    tts.createOfflineTts(module, {
      offlineTtsModelConfig: {
        offlineTtsVitsModelConfig: { model, tokens, lexicon },
        ...{ numThreads: 1, provider: 'cpu', debug: 0 },
      },
      maxNumSentences: 1,
    }),
  );
}
