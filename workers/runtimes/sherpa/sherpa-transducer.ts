// Streaming transducers of sherpa-onnx. In the listen worker.
import asr from 'sherpa-onnx/sherpa-onnx-asr.js';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

export interface SherpaResult {
  readonly text: string;
  /** Seconds from the beginning of the piece, one per token. */
  readonly timestamps?: readonly number[];
  /** Seconds before the piece. */
  readonly start_time?: number;
}

export interface SherpaStream {
  acceptWaveform(sampleRateHz: number, pcm: Float32Array): void;
  free(): void;
}

/** A streaming recogniser of the package. */
export interface SherpaRecogniser {
  createStream(): SherpaStream;
  isReady(stream: SherpaStream): boolean;
  decode(stream: SherpaStream): void;
  isEndpoint(stream: SherpaStream): boolean;
  reset(stream: SherpaStream): void;
  getResult(stream: SherpaStream): SherpaResult;
  free(): void;
}

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
}: TransducerSource): Promise<SherpaRecogniser> {
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
