// Holds downloads while they are paused. Portable.
import { abortable, createAbortReason } from '../core/abort.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';

export class PauseGate {
  #controller = new AbortController();
  #opened: Deferred | null = null;

  get isPaused(): boolean {
    return this.#opened !== null;
  }

  /** Fires at the next pause: for what runs now. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.isPaused) return;
    if (isPaused) {
      this.#opened = createDeferred();
      this.#controller.abort(createAbortReason('Downloads are paused.'));
      return;
    }
    this.#controller = new AbortController();
    this.#opened?.resolve();
    this.#opened = null;
  }

  /** Resolves once nothing is paused; rejects with the signal's reason. */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.#opened !== null) await abortable(this.#opened.promise, signal);
  }
}
