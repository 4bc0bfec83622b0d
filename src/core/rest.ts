// Work that waits while something else needs the cores, never longer than it was told to. Portable.
import type { Clock } from './clock.ts';
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

export class Rest {
  readonly #clock: Clock;
  #current: { readonly over: Deferred; readonly cancelLimit: () => void } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends by itself after `limitMs`. One that goes on keeps its own limit. */
  begin(limitMs: number): void {
    if (this.#current !== null) return;
    const cancelLimit = this.#clock.schedule(() => this.end(), limitMs);
    this.#current = { over: createDeferred(), cancelLimit };
  }

  /** Idempotent. */
  end(): void {
    this.#current?.cancelLimit();
    this.#current?.over.resolve();
    this.#current = null;
  }

  /** Resolves at its end, at once without one. */
  get over(): Promise<void> {
    return this.#current?.over.promise ?? Promise.resolve();
  }
}
