// Keyword spotters of sherpa-onnx: streaming transducers that look for given words alone. In the turn worker.
import kws from 'sherpa-onnx/sherpa-onnx-kws.js';
import type { Spotter } from 'sherpa-onnx/sherpa-onnx-kws.js';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

export interface SpotterSource extends SherpaSource<'encoder' | 'decoder' | 'joiner' | 'tokens'> {
  /** One a line, in tokens of the model; `@` and a name for it may stand at the end. */
  readonly keywords: string;
}

/** Rejects as {@link loadSherpa} does. */
export function createSherpaSpotter({ keywords, ...source }: SpotterSource): Promise<Spotter> {
  return loadSherpa(source, (module, { tokens, ...transducer }) =>
    kws.createKws(module, {
      featConfig: { samplingRate: 16_000, featureDim: 80 },
      modelConfig: { transducer, tokens, numThreads: 1, provider: 'cpu', debug: 0 },
      // The package takes the text itself where it expects a file's name elsewhere.
      keywords,
      // The package's own; a line of the keywords may say otherwise for its keyword.
      ...{ maxActivePaths: 4, numTrailingBlanks: 1, keywordsScore: 1, keywordsThreshold: 0.25 },
    }),
  );
}
