// Lets a fixed number of pieces of work run at a time, the others in order. Portable.
import { abortable } from './abort.ts';
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

interface Waiting {
  readonly turn: Deferred;
  readonly isUrgent: boolean;
}

/** Who waits is not bounded here: callers bound it by how much they start. */
export class Slots {
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Resolves with the way out, to be called once. Who is urgent goes before who is not. Rejects with the signal's
   * reason.
   */
  async enter(signal: AbortSignal, isUrgent = false): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait({ turn: createDeferred(), isUrgent }, signal);
    let isInside = true;
    return () => {
      if (isInside) this.#leave();
      isInside = false;
    };
  }

  async #wait(waiting: Waiting, signal: AbortSignal): Promise<void> {
    const behind = waiting.isUrgent ? this.#waiting.findIndex(({ isUrgent }) => !isUrgent) : -1;
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiting);
    try {
      await abortable(waiting.turn.promise, signal);
    } catch (error) {
      const index = this.#waiting.indexOf(waiting);
      if (index >= 0) this.#waiting.splice(index, 1);
      // It was this one's turn already: the next one takes it.
      else this.#leave();
      throw error;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.turn.resolve();
  }
}
