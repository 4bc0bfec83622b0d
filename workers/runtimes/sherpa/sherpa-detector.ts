// Silero voice activity on sherpa-onnx. In the turn worker.
import vad from 'sherpa-onnx/sherpa-onnx-vad.js';
import type { Vad } from 'sherpa-onnx/sherpa-onnx-vad.js';
import { loadSherpa } from './sherpa-module.ts';
import type { SherpaSource } from './sherpa-module.ts';

/** So short that a segment begins and ends with its windows: whoever asks joins them. Zero is taken for a default. */
const AT_ONCE_S = 1e-6;
/** Longer than any segment, which would otherwise raise the threshold. */
const MAX_SEGMENT_S = 3_600;

/** Rejects as {@link loadSherpa} does. */
export function createSherpaDetector(source: SherpaSource<'model'>): Promise<Vad> {
  return loadSherpa(source, (module, { model }) =>
    vad.createVad(module, {
      sileroVad: {
        ...{ model, threshold: 0.5, windowSize: 512, maxSpeechDuration: MAX_SEGMENT_S },
        ...{ minSilenceDuration: AT_ONCE_S, minSpeechDuration: AT_ONCE_S },
      },
      ...{ sampleRate: 16_000, numThreads: 1, provider: 'cpu', debug: 0 },
      bufferSizeInSeconds: 1,
    }),
  );
}
