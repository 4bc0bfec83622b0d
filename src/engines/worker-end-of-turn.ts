// An end-of-turn model in its own worker, as the turn worker sees it. Portable.
import { transfer } from 'comlink';
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { WorkerLink } from '../rpc/worker-link.ts';
import type { EndOfTurnService } from './services.ts';

const SAMPLE_RATE_HZ = 16_000;
/** What Smart Turn looks at: 8 s. No more than that is sent. */
const WINDOW_SAMPLES = 8 * SAMPLE_RATE_HZ;
/** An answer later than this decides nothing: by then a turn has ended by its timer. */
const PREDICT_LIMIT_MS = 2_000;
/** Each holds half a megabyte while the worker is being started again. */
const MAX_PENDING = 8;

/**
 * A call that is pending when the worker is lost rejects with `worker-crashed`; one made while there
 * is no worker waits for the next, two seconds at most (`worker-timeout`). When more than eight are
 * pending, the oldest rejects with `queue-overflow`.
 */
export class WorkerEndOfTurn implements EndOfTurnEngine {
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly windowSamples: number = WINDOW_SAMPLES;
  readonly #loaded: LoadedEngine;
  readonly #link: WorkerLink<EndOfTurnService>;
  /** In the order asked. */
  readonly #pending = new Map<number, AbortController>();
  #lastId = 0;

  constructor(options: { loaded: LoadedEngine; clock: Clock }) {
    this.#loaded = options.loaded;
    this.#link = new WorkerLink<EndOfTurnService>({ name: 'end-of-turn', clock: options.clock });
  }

  get info(): EngineInfo {
    return this.#loaded.info;
  }

  attach(port: MessagePort): void {
    this.#link.attach(port);
  }

  detach(error: VoiceAgentError): void {
    this.#link.detach(error);
  }

  /** Nothing takes the place of the worker: calls fail at once, unless one is attached after all. */
  close(error: VoiceAgentError): void {
    this.#link.close(error);
  }

  async predict(pcm: Float32Array, options: { signal: AbortSignal }): Promise<number> {
    options.signal.throwIfAborted();
    const { id, leaving } = this.#register();
    const heard = pcm.slice(-WINDOW_SAMPLES);
    const signal = AbortSignal.any([options.signal, leaving.signal]);
    try {
      return await this.#link.call(
        async (remote) => {
          // Nobody waits any more when a new worker comes too late.
          signal.throwIfAborted();
          return remote.predict(id, transfer(heard, [heard.buffer]));
        },
        { signal, limitMs: PREDICT_LIMIT_MS },
      );
    } catch (error) {
      void this.#link.remote?.cancel(id);
      throw error;
    } finally {
      this.#pending.delete(id);
      leaving.abort(createAbortReason('Nobody waits for this answer any more.'));
    }
  }

  async dispose(): Promise<void> {
    const error = new VoiceAgentError('disposed', 'The end-of-turn model was disposed.', {
      details: { what: 'end-of-turn' },
    });
    for (const leaving of [...this.#pending.values()]) leaving.abort(error);
    this.#link.close(error);
  }

  #register(): { id: number; leaving: AbortController } {
    this.#lastId += 1;
    const leaving = new AbortController();
    this.#pending.set(this.#lastId, leaving);
    const [oldest] = this.#pending.values();
    if (this.#pending.size > MAX_PENDING) oldest?.abort(createOverflowError());
    return { id: this.#lastId, leaving };
  }
}

function createOverflowError(): VoiceAgentError {
  return new VoiceAgentError(
    'queue-overflow',
    `More than ${MAX_PENDING} questions wait for the end-of-turn worker; the oldest gave way.`,
    { details: { queue: 'end-of-turn', capacity: MAX_PENDING } },
  );
}
