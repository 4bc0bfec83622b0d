// Notices that tools take long while a reply waits for them. Runs in the turn worker; portable.
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';

/** Between two visible signs of life after the first: long enough to tell something new. */
const REPEAT_MS = 10_000;

export interface ToolProgressOptions {
  readonly clock: Clock;
  /** Null: never. */
  readonly afterMs: number | null;
  /** Tools take long; `isFirst` once in a reply. `signal` fires when the wait is over. */
  readonly onLate: (late: { isFirst: boolean; signal: AbortSignal }) => void;
}

/** One for each reply. */
export class ToolProgress {
  readonly #options: ToolProgressOptions;
  #isFirst = true;

  constructor(options: ToolProgressOptions) {
    this.#options = options;
  }

  /** Watches over a wait; settles as `work` does. */
  async during<T>(work: Promise<T>): Promise<T> {
    const { clock, afterMs, onLate } = this.#options;
    if (afterMs === null) return work;
    const over = new AbortController();
    let cancel: () => void = () => undefined;
    const watch = (delayMs: number): void => {
      cancel = clock.schedule(() => {
        const isFirst = this.#isFirst;
        this.#isFirst = false;
        watch(REPEAT_MS);
        onLate({ isFirst, signal: over.signal });
      }, delayMs);
    };
    watch(afterMs);
    try {
      return await work;
    } finally {
      cancel();
      over.abort(createAbortReason('The tools are done.'));
    }
  }
}
