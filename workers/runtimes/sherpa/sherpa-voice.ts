// VITS voices of sherpa-onnx whose words stand in a lexicon. In the speak worker.
import tts from 'sherpa-onnx/sherpa-onnx-tts.js';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

export interface SherpaVoice {
  readonly sampleRate: number;
  /** 0 or 1 of a voice that is one person. */
  readonly numSpeakers: number;
  /** Blocks until all is made. Throws when it makes nothing of the text. */
  generateWithConfig(
    text: string,
    options: { readonly sid: number; readonly speed: number; readonly silenceScale: number },
  ): { readonly samples: Float32Array; readonly sampleRate: number };
  free(): void;
}

/** Rejects as {@link loadSherpa} does. */
export function createSherpaVoice(
  source: SherpaSource<'model' | 'tokens' | 'lexicon'>,
): Promise<SherpaVoice> {
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
