// Requests by number whose work can be cancelled by another call. Engine workers.
import { createAbortReason } from '../../src/core/abort.ts';
import { isAbort } from '../../src/core/errors.ts';

export class Requests {
  readonly #controllers = new Map<number, AbortController>();

  /** Runs a request's work with its signal. A cancelled request ends without an error. */
  async run(requestId: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#controllers.set(requestId, controller);
    try {
      await work(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted || !isAbort(error)) throw error;
    } finally {
      this.#controllers.delete(requestId);
    }
  }

  /** Unknown and finished requests are ignored. */
  cancel(requestId: number): void {
    this.#controllers.get(requestId)?.abort(createAbortReason('The request was cancelled.'));
  }
}
