// Requests by number whose work can be cancelled by another call. Engine workers, and the page.
import { createAbortReason } from '../core/abort.ts';
import { isAbort } from '../core/errors.ts';

export class Requests {
  readonly #controllers = new Map<number, AbortController>();

  /** Runs a request's work with its signal. A cancelled request ends without an error, and without a value. */
  async run<T>(
    requestId: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const controller = new AbortController();
    this.#controllers.set(requestId, controller);
    try {
      return await work(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted || !isAbort(error)) throw error;
      return undefined;
    } finally {
      this.#controllers.delete(requestId);
    }
  }

  /** Unknown and finished requests are ignored. */
  cancel(requestId: number): void {
    this.#controllers.get(requestId)?.abort(createAbortReason('The request was cancelled.'));
  }
}
