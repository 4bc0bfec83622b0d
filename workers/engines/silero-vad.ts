// Silero voice activity detection, version 5. Runs in the turn worker, on one thread.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { INPUT_SAMPLES, SileroModel } from '../runtimes/silero/silero-model.ts';

export interface SileroVadOptions {
  readonly files: ModelFiles;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

export const MODEL_ID = 'silero-vad';
export const FILE_NAME = 'silero_vad_v5.onnx';
export const SAMPLE_RATE_HZ = 16_000;
/** The only window length that version 5 was trained for at 16 kHz: 32 ms. */
export const WINDOW_SAMPLES = 512;
/**
 * Version 5 wants the end of the window before in front of each one. The graph also runs without, at
 * lower probabilities: over five recordings, 4 % of the speech fell under a threshold of 0.5.
 */
export const CONTEXT_SAMPLES: number = INPUT_SAMPLES - WINDOW_SAMPLES;
/**
 * A second of quiet after speech, then the state is zeroed: what it remembers of the speech before makes it
 * slow to hear the next. Over 61 interruptions, some after other speech, a window reaches 0.3 a median of
 * 100 ms after the onset, 433 at the 95th percentile; zeroed once, 35 and 128. Zeroed again and again it would
 * hear more in noise.
 */
const SPEECH = 0.5;
const QUIET = 0.1;
const FORGET_WINDOWS = 31;
/** The first runs take several times as long, while the browser still compiles. */
const WARM_UP_RUNS = 8;

/**
 * Loads and warms up the model. Rejects with `model-download-failed`, `model-integrity` or
 * `model-invalid`, or with the signal's reason; nothing stays loaded then.
 */
export async function createSileroVad({ files, signal }: SileroVadOptions): Promise<VadEngine> {
  const bytes = await files.read(MODEL_ID, FILE_NAME, { signal });
  signal.throwIfAborted();
  const vad = new SileroVad(createModel(bytes));
  const silence = new Float32Array(WINDOW_SAMPLES);
  for (let run = 0; run < WARM_UP_RUNS; run += 1) await vad.process(silence);
  vad.reset();
  return vad;
}

function createModel(bytes: ArrayBuffer): SileroModel {
  try {
    return new SileroModel(new Uint8Array(bytes));
  } catch (error) {
    throw createInvalidModelError(MODEL_ID, error);
  }
}

class SileroVad implements VadEngine {
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly windowSamples: number = WINDOW_SAMPLES;
  readonly info: EngineInfo = {
    name: 'silero',
    stage: 'vad',
    modelIds: [MODEL_ID],
    backend: 'wasm',
    threads: 1,
  };

  readonly #model: SileroModel;
  /** Context and window, one after the other. */
  readonly #input = new Float32Array(INPUT_SAMPLES);
  #remembersSpeech = false;
  #quietWindows = 0;
  #isDisposed = false;

  constructor(model: SileroModel) {
    this.#model = model;
  }

  async process(window: Float32Array): Promise<number> {
    if (this.#isDisposed) throw createDisposedError();
    if (window.length !== WINDOW_SAMPLES) {
      throw new TypeError(`window must hold ${WINDOW_SAMPLES} samples, not ${window.length}.`);
    }
    this.#input.copyWithin(0, WINDOW_SAMPLES);
    this.#input.set(window, CONTEXT_SAMPLES);
    const probability = this.#model.run(this.#input);
    this.#forgetSpeech(probability);
    return probability;
  }

  /** Once, when it has been quiet for long enough since the last speech. */
  #forgetSpeech(probability: number): void {
    if (probability >= SPEECH) this.#remembersSpeech = true;
    this.#quietWindows = probability < QUIET ? this.#quietWindows + 1 : 0;
    if (!this.#remembersSpeech || this.#quietWindows < FORGET_WINDOWS) return;
    this.#remembersSpeech = false;
    this.#model.reset();
  }

  reset(): void {
    this.#input.fill(0);
    this.#model.reset();
    this.#remembersSpeech = false;
    this.#quietWindows = 0;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
  }
}

function createDisposedError(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'This voice detector is disposed; create another one.', {
    details: { what: 'silero' },
  });
}
