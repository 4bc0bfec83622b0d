// An end-of-turn model that says what a test tells it to, at once or on a clock's time. Portable.
import { delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { RequestLane } from '../core/request-lane.ts';

export interface FakeEndOfTurnOptions {
  /**
   * Probability of the n-th call, as a list, whose last entry then stays, or as a function of the call
   * and what it hears. Default 0.95.
   */
  readonly probabilities?: readonly number[] | ((call: number, heard: Float32Array) => number);
  /** From being let in to the answer, on `clock`. Without it answers come at once. */
  readonly latency?: { readonly clock: Clock; readonly ms: number };
  /** Calls, by number from 0, to fail with `worker-crashed`. Default none. */
  readonly failsOn?: (call: number) => boolean;
  /** Default 128,000: 8 s. */
  readonly windowSamples?: number;
}

const CERTAIN = 0.95;

/** One call at a time, in order. Keeps the length of what each heard, for tests to look at. */
export class FakeEndOfTurn implements EndOfTurnEngine {
  readonly sampleRateHz: number = 16_000;
  readonly windowSamples: number;
  readonly info: EngineInfo = {
    name: 'fake',
    stage: 'turn',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };

  /** Samples heard by each call that was let in, in order. */
  readonly heardSamples: number[] = [];
  readonly #options: FakeEndOfTurnOptions;
  readonly #lane = new RequestLane({ name: 'fake end of turn', capacity: 4 });
  #isDisposed = false;

  constructor(options: FakeEndOfTurnOptions = {}) {
    this.#options = options;
    this.windowSamples = options.windowSamples ?? 128_000;
  }

  async predict(pcm: Float32Array, { signal }: { signal: AbortSignal }): Promise<number> {
    const heard = pcm.slice(-this.windowSamples);
    const leave = await this.#lane.enter(signal);
    try {
      const { latency, failsOn } = this.#options;
      const call = this.heardSamples.push(heard.length) - 1;
      if (latency !== undefined) await delay(latency.clock, latency.ms, signal);
      if (this.#isDisposed) throw disposed();
      if (failsOn?.(call) === true) throw crashed();
      return this.#probabilityOf(call, heard);
    } finally {
      leave();
    }
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
  }

  #probabilityOf(call: number, heard: Float32Array): number {
    const { probabilities } = this.#options;
    if (typeof probabilities === 'function') return probabilities(call, heard);
    return probabilities?.[call] ?? probabilities?.at(-1) ?? CERTAIN;
  }
}

function crashed(): VoiceAgentError {
  return new VoiceAgentError('worker-crashed', 'The fake model was told to fail.', {
    details: { worker: 'end-of-turn', reason: 'scripted' },
    retryable: true,
  });
}

function disposed(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'The fake model was disposed. Create a new one.', {
    details: { what: 'fake' },
  });
}
