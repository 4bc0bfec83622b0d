// Lets a fixed number of pieces of work run at a time, the others in order. Portable.
import { abortable } from './abort.ts';
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

/** Who waits is not bounded here: callers bound it by how much they start. */
export class Slots {
  readonly #waiting: Deferred[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with the way out, to be called once. Rejects with the signal's reason. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    let isInside = true;
    return () => {
      if (isInside) this.#leave();
      isInside = false;
    };
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const turn = createDeferred();
    this.#waiting.push(turn);
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      const index = this.#waiting.indexOf(turn);
      if (index >= 0) this.#waiting.splice(index, 1);
      // It was this one's turn already: the next one takes it.
      else this.#leave();
      throw error;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.resolve();
  }
}
