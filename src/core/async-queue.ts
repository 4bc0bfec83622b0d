// A stream that is pushed into on one side and iterated on the other, portable.
import { createAbortReason } from './abort.ts';
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { VoiceAgentError } from './errors.ts';

/**
 * Single consumer. `push` never waits, for producers that cannot (messages of another thread); what
 * exceeds `capacity` fails the stream with `queue-overflow`, so nothing is lost silently.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #name: string;
  readonly #capacity: number;
  readonly #items: T[] = [];
  #waiting: Deferred | null = null;
  #end: { readonly error: unknown } | 'ended' | null = null;

  constructor(options: { name: string; capacity: number }) {
    this.#name = options.name;
    this.#capacity = options.capacity;
  }

  /** Ignored after `end` or `fail`. */
  push(item: T): void {
    if (this.#end !== null) return;
    if (this.#items.length >= this.#capacity) {
      this.fail(
        new VoiceAgentError('queue-overflow', `Queue "${this.#name}" is full.`, {
          details: { queue: this.#name, capacity: this.#capacity },
        }),
      );
      return;
    }
    this.#items.push(item);
    this.#wake();
  }

  /** The consumer gets what is queued, then the end. */
  end(): void {
    this.#end ??= 'ended';
    this.#wake();
  }

  /** The consumer gets what is queued, then `error` as a rejection. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** Rejects at once, dropping what is queued, when the signal fires. */
  async *iterate(signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const handleAbort = (): void => {
      this.#items.length = 0;
      this.#end = { error: signal.reason ?? createAbortReason('aborted') };
      this.#wake();
    };
    if (signal.aborted) handleAbort();
    signal.addEventListener('abort', handleAbort, { once: true });
    try {
      yield* this;
    } finally {
      signal.removeEventListener('abort', handleAbort);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#end === 'ended') return;
      else if (this.#end !== null) throw this.#end.error;
      else await this.#wait();
    }
  }

  #wait(): Promise<void> {
    this.#waiting = createDeferred();
    return this.#waiting.promise;
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = null;
  }
}
