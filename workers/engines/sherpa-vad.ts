// Silero voice activity on sherpa-onnx, which tells speech from none and no probability. Runs in the turn worker.
import type { Vad } from 'sherpa-onnx/sherpa-onnx-vad.js';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { createSherpaDetector } from '../runtimes/sherpa/sherpa-detector.ts';
import {
  CONTEXT_SAMPLES,
  FILE_NAME,
  MODEL_ID,
  SAMPLE_RATE_HZ,
  WINDOW_SAMPLES,
} from './silero-vad.ts';

export interface SherpaVadOptions {
  readonly files: ModelFiles;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/**
 * Its probability is 1 or 0: speech by the library's own thresholds, 0.5 to begin and 0.35 to go on. The first window
 * over the threshold only alerts it, so speech is told 32 ms later than by the engine of our own.
 * Rejects as `files.read` and `createSherpaDetector` do.
 */
export async function createSherpaVad({ files, signal }: SherpaVadOptions): Promise<VadEngine> {
  const model = await files.read(MODEL_ID, FILE_NAME, { signal });
  const source = { worker: 'turn', modelId: MODEL_ID, files: { model }, signal };
  return new SherpaVad(await createSherpaDetector(source));
}

class SherpaVad implements VadEngine {
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly windowSamples: number = WINDOW_SAMPLES;
  readonly info: EngineInfo = {
    name: 'sherpa-onnx',
    stage: 'vad',
    modelIds: [MODEL_ID],
    backend: 'wasm',
    threads: 1,
  };

  readonly #detector: Vad;
  #isDisposed = false;

  constructor(detector: Vad) {
    this.#detector = detector;
    this.reset();
  }

  async process(window: Float32Array): Promise<number> {
    if (this.#isDisposed) throw createDisposedError();
    if (window.length !== WINDOW_SAMPLES) {
      throw new TypeError(`window must hold ${WINDOW_SAMPLES} samples, not ${window.length}.`);
    }
    const detector = this.#detector;
    detector.acceptWaveform(window);
    const isSpeech = detector.isDetected();
    // It gathers the audio of a segment, which nobody asks for.
    detector.flush();
    detector.clear();
    return isSpeech ? 1 : 0;
  }

  reset(): void {
    if (this.#isDisposed) return;
    this.#detector.reset();
    // The library keeps the end of each window for the next one, and begins with this.
    this.#detector.acceptWaveform(new Float32Array(CONTEXT_SAMPLES));
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#detector.free();
  }
}

function createDisposedError(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'This voice detector is disposed; create another one.', {
    details: { what: 'sherpa-onnx' },
  });
}
