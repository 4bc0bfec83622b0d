// Streaming transducers of sherpa-onnx. In the listen worker.
import asr from 'sherpa-onnx/sherpa-onnx-asr.js';
import type { Recogniser } from 'sherpa-onnx/sherpa-onnx-asr.js';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

export interface TransducerSource extends SherpaSource<
  'encoder' | 'decoder' | 'joiner' | 'tokens'
> {
  /** Silence after words that ends a piece of text; what is recognised then starts anew. */
  readonly endpointSilenceMs: number;
}

/** Rejects as {@link loadSherpa} does. */
export function createTransducer({
  endpointSilenceMs,
  ...source
}: TransducerSource): Promise<Recogniser> {
  return loadSherpa(source, (module, { tokens, ...transducer }) =>
    asr.createOnlineRecognizer(module, {
      featConfig: { sampleRate: 16_000, featureDim: 80 },
      modelConfig: { transducer, tokens, numThreads: 1, provider: 'cpu', debug: 0 },
      decodingMethod: 'greedy_search',
      enableEndpoint: 1,
      rule1MinTrailingSilence: 10,
      rule2MinTrailingSilence: endpointSilenceMs / 1_000,
      rule3MinUtteranceLength: 30,
    }),
  );
}
