// Smart Turn v3.2: hears from the last seconds whether a person who fell silent has finished. Runs in
// the end-of-turn worker.
import type { EndOfTurnEngine } from '../../src/core/contracts/end-of-turn.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { RequestLane } from '../../src/core/request-lane.ts';
import { createOnnxSession, Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { LogMel, LOG_MEL_SAMPLES, LOG_MEL_SHAPE } from './log-mel.ts';
import { floatsOf } from './model-input.ts';
import { cutSmartTurnWindow, SMART_TURN_INPUT } from './smart-turn-graph.ts';

export interface SmartTurnOptions {
  readonly files: ModelFiles;
  /** 1 on a page that is not isolated, whatever is asked for. */
  readonly threads: number;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

const MODEL_ID = 'smart-turn-v3.2';
const FILE_NAME = 'smart-turn-v3.2-cpu.onnx';
const SAMPLE_RATE_HZ = 16_000;
/** The output is called so, but the graph ends with the sigmoid: it is the probability. */
const OUTPUT = 'logits';
/**
 * 1.5 s: the graph then takes a seventh of the time (40 ms instead of 273 on one thread). Asked about one
 * stretch of speech at a time it tells ends from pauses as well as on 8 s: area under the curve 0.68
 * against 0.69 on the turn suite's 32 ends and 38 pauses, and 0.82 against 0.81 on 70 telephone prompts,
 * whole or cut between two words.
 */
const FRAMES_LOOKED_AT = 150;
/** On so little it is more in doubt: what it gives 0.3 is as likely an end as not. */
const LOG_ODDS_SHIFT = 0.85;
/** More questions than this at once mean that the answers come too late to be of use. */
const MAX_WAITING = 4;

/**
 * Loads and warms up the model. Rejects with `model-download-failed`, `model-integrity` or
 * `model-invalid`, or with the signal's reason; nothing stays loaded then. When more than four calls
 * wait, the oldest of them rejects with `queue-overflow`.
 */
export async function createSmartTurn(options: SmartTurnOptions): Promise<EndOfTurnEngine> {
  const { files, threads, signal } = options;
  const whole = await files.read(MODEL_ID, FILE_NAME, { signal });
  const { bytes, frames } = cutSmartTurnWindow(whole, {
    ...{ frames: FRAMES_LOOKED_AT, fullFrames: LOG_MEL_SHAPE[1] },
  });
  const session = await createOnnxSession(bytes, { modelId: MODEL_ID, threads });
  const engine = new SmartTurn(session, { frames, threads: usableThreads(threads) });
  try {
    // The first run costs about five times as much as each later one.
    await engine.predict(new Float32Array(LOG_MEL_SAMPLES), { signal });
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return engine;
}

class SmartTurn implements EndOfTurnEngine {
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly windowSamples: number = LOG_MEL_SAMPLES;
  readonly info: EngineInfo;
  readonly #session: InferenceSession;
  readonly #lane = new RequestLane({ name: 'smart turn', capacity: MAX_WAITING });
  readonly #frames: number;
  readonly #logMel: LogMel;
  #disposed: Promise<void> | undefined;

  constructor(
    session: InferenceSession,
    { frames, threads }: { readonly frames: number; readonly threads: number },
  ) {
    this.#session = session;
    this.#frames = frames;
    this.#logMel = new LogMel({ frames });
    this.info = {
      name: 'smart-turn',
      stage: 'turn',
      modelIds: [MODEL_ID],
      backend: 'wasm',
      threads,
    };
  }

  async predict(pcm: Float32Array, { signal }: { signal: AbortSignal }): Promise<number> {
    const heard = pcm.slice(-LOG_MEL_SAMPLES);
    const leave = await this.#lane.enter(signal);
    try {
      // A run blocks the thread: an abort that arrived during the one before is let in first.
      await nextMacrotask();
      signal.throwIfAborted();
      if (this.#disposed !== undefined) throw createDisposedError();
      const probability = await this.#run(heard);
      signal.throwIfAborted();
      return probability;
    } finally {
      leave();
    }
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#session.release();
    return this.#disposed;
  }

  async #run(heard: Float32Array): Promise<number> {
    const shape = [1, LOG_MEL_SHAPE[0], this.#frames];
    const features = new Tensor('float32', this.#logMel.compute(heard), shape);
    const outputs = await this.#session.run({ [SMART_TURN_INPUT]: features });
    const probability = floatsOf(outputs, { name: OUTPUT, modelId: MODEL_ID })[0] ?? 0;
    return this.#frames === FRAMES_LOOKED_AT ? shifted(probability) : probability;
  }
}

function shifted(probability: number): number {
  const odds = (probability / (1 - probability)) * Math.exp(LOG_ODDS_SHIFT);
  return odds === Infinity ? 1 : odds / (1 + odds);
}

function createDisposedError(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'The end-of-turn model is disposed; create another one.', {
    details: { what: 'smart-turn' },
  });
}
