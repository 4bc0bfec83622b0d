// Lets requests to something that can serve only one at a time in, in turn. Portable.
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { VoiceAgentError } from './errors.ts';

/** One request is inside; the others wait in order. When too many wait, the oldest is turned away. */
export class RequestLane {
  readonly #name: string;
  readonly #capacity: number;
  readonly #waiting: Deferred[] = [];
  #isTaken = false;

  /** @param options.capacity Requests that may wait. */
  constructor(options: { name: string; capacity: number }) {
    this.#name = options.name;
    this.#capacity = options.capacity;
  }

  /**
   * Resolves with the way out, to be called once, when it is the caller's turn. Rejects with the signal's
   * reason, or with `queue-overflow` when newer requests push this one out.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#isTaken) await this.#wait(signal);
    this.#isTaken = true;
    let isInside = true;
    return () => {
      if (isInside) this.#leave();
      isInside = false;
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const turn = createDeferred();
    this.#waiting.push(turn);
    if (this.#waiting.length > this.#capacity) this.#waiting.shift()?.reject(this.#overflow());
    const handleAbort = (): void => {
      const index = this.#waiting.indexOf(turn);
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', handleAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', handleAbort);
    }
  }

  /** The lane stays taken when somebody waits: nobody can slip in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next.resolve();
  }

  #overflow(): VoiceAgentError {
    return new VoiceAgentError(
      'queue-overflow',
      `More than ${this.#capacity} requests wait for ${this.#name}; the oldest gave way.`,
      { details: { queue: this.#name, capacity: this.#capacity } },
    );
  }
}
