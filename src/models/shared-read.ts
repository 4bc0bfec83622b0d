// One load that several readers wait for, portable.
import { createAbortReason } from '../core/abort.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';

/**
 * Runs `load` once for all who `join`. Each gets a buffer of its own; the load is aborted when the
 * last of them has left.
 */
export class SharedRead {
  readonly #readers = new Set<Deferred<ArrayBuffer>>();
  readonly #controller = new AbortController();
  readonly #onEnd: () => void;

  /** @param onEnd called once, when nobody can join any more. */
  constructor(load: (signal: AbortSignal) => Promise<ArrayBuffer>, onEnd: () => void) {
    this.#onEnd = onEnd;
    load(this.#controller.signal).then(
      (bytes) => this.#resolve(bytes),
      (error: unknown) => this.#reject(error),
    );
  }

  /** Rejects as the load does, or with this reader's `signal.reason` at once. */
  async join(signal: AbortSignal): Promise<ArrayBuffer> {
    const reader = createDeferred<ArrayBuffer>();
    const handleAbort = (): void => this.#leave(reader, signal.reason);
    this.#readers.add(reader);
    signal.addEventListener('abort', handleAbort, { once: true });
    try {
      return await reader.promise;
    } finally {
      signal.removeEventListener('abort', handleAbort);
    }
  }

  #leave(reader: Deferred<ArrayBuffer>, reason: unknown): void {
    reader.reject(reason);
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#onEnd();
    this.#controller.abort(createAbortReason('Nobody waits for this model file any more.'));
  }

  #resolve(bytes: ArrayBuffer): void {
    if (this.#controller.signal.aborted) return;
    this.#onEnd();
    // Copies first, all before any reader runs: the one who gets the original may transfer it.
    const [first, ...others] = this.#readers;
    others.forEach((reader) => reader.resolve(bytes.slice(0)));
    first?.resolve(bytes);
  }

  #reject(error: unknown): void {
    if (this.#controller.signal.aborted) return;
    this.#onEnd();
    this.#readers.forEach((reader) => reader.reject(error));
  }
}
