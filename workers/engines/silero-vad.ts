// Silero voice activity detection, version 5. Runs in the turn worker, on one thread.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { createOnnxSession, Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';

export interface SileroVadOptions {
  readonly files: ModelFiles;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

const MODEL_ID = 'silero-vad';
const FILE_NAME = 'silero_vad_v5.onnx';
const SAMPLE_RATE_HZ = 16_000;
/** The only window length that version 5 was trained for at 16 kHz: 32 ms. */
const WINDOW_SAMPLES = 512;
/**
 * Version 5 wants the end of the window before in front of each one. The graph also runs without, at
 * lower probabilities: over five recordings, 4 % of the speech fell under a threshold of 0.5.
 */
const CONTEXT_SAMPLES = 64;
const STATE_SHAPE = [2, 1, 128];
/**
 * A second of quiet after speech, then the state is zeroed: what it remembers of the speech before makes it
 * slow to hear the next. Over 61 interruptions, some after other speech, a window reaches 0.3 a median of
 * 100 ms after the onset, 433 at the 95th percentile; zeroed once, 35 and 128. Zeroed again and again it would
 * hear more in noise.
 */
const SPEECH = 0.5;
const QUIET = 0.1;
const FORGET_WINDOWS = 31;
/** The first runs take up to 170 ms, while the browser still compiles. */
const WARM_UP_RUNS = 8;

/**
 * Loads and warms up the model. Rejects with `model-download-failed`, `model-integrity` or
 * `model-invalid`, or with the signal's reason; nothing stays loaded then.
 */
export async function createSileroVad({ files, signal }: SileroVadOptions): Promise<VadEngine> {
  const bytes = await files.read(MODEL_ID, FILE_NAME, { signal });
  const session = await createOnnxSession(bytes, { modelId: MODEL_ID, threads: 1 });
  const vad = new SileroVad(session);
  try {
    const silence = new Float32Array(WINDOW_SAMPLES);
    for (let run = 0; run < WARM_UP_RUNS; run += 1) {
      signal.throwIfAborted();
      await vad.process(silence);
    }
  } catch (error) {
    await vad.dispose();
    throw error;
  }
  vad.reset();
  return vad;
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

  readonly #session: InferenceSession;
  /** Context and window, one after the other. */
  readonly #input = new Float32Array(CONTEXT_SAMPLES + WINDOW_SAMPLES);
  readonly #state = new Float32Array(STATE_SHAPE.reduce((product, size) => product * size));
  /** Views of the two arrays above, made once. */
  readonly #feeds = {
    input: new Tensor('float32', this.#input, [1, this.#input.length]),
    state: new Tensor('float32', this.#state, STATE_SHAPE),
    sr: new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE_HZ)), []),
  };
  #remembersSpeech = false;
  #quietWindows = 0;
  #disposed: Promise<void> | undefined;

  constructor(session: InferenceSession) {
    this.#session = session;
  }

  async process(window: Float32Array): Promise<number> {
    if (this.#disposed !== undefined) throw createDisposedError();
    if (window.length !== WINDOW_SAMPLES) {
      throw new TypeError(`window must hold ${WINDOW_SAMPLES} samples, not ${window.length}.`);
    }
    this.#input.copyWithin(0, WINDOW_SAMPLES);
    this.#input.set(window, CONTEXT_SAMPLES);
    const outputs = await this.#session.run(this.#feeds);
    this.#state.set(outputs['stateN']?.data as Float32Array);
    const probability = (outputs['output']?.data as Float32Array)[0] ?? 0;
    this.#forgetSpeech(probability);
    return probability;
  }

  /** Once, when it has been quiet for long enough since the last speech. */
  #forgetSpeech(probability: number): void {
    if (probability >= SPEECH) this.#remembersSpeech = true;
    this.#quietWindows = probability < QUIET ? this.#quietWindows + 1 : 0;
    if (!this.#remembersSpeech || this.#quietWindows < FORGET_WINDOWS) return;
    this.#remembersSpeech = false;
    this.#state.fill(0);
  }

  reset(): void {
    this.#input.fill(0);
    this.#state.fill(0);
    this.#remembersSpeech = false;
    this.#quietWindows = 0;
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#session.release();
    return this.#disposed;
  }
}

function createDisposedError(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'This voice detector is disposed; create another one.', {
    details: { what: 'silero' },
  });
}
