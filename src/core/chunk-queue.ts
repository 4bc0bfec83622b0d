// A bounded queue between a producer and a consumer, with back-pressure or a drop policy. Portable.
import { abortable } from './abort.ts';
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { VoiceAgentError } from './errors.ts';

/** What `put` does when the queue is full. */
export type OverflowPolicy = 'wait' | 'drop-oldest' | 'drop-newest' | 'reject';

export type ChunkQueueEvent =
  | { readonly type: 'put' | 'take'; readonly name: string; readonly length: number }
  | { readonly type: 'drop'; readonly name: string; readonly end: 'oldest' | 'newest' }
  | { readonly type: 'throttle'; readonly name: string; readonly isThrottled: boolean }
  | { readonly type: 'close' | 'fail'; readonly name: string };

export interface ChunkQueueOptions {
  /** Chunks held at the most. */
  readonly capacity: number;
  /** Default `wait`. */
  readonly onOverflow?: OverflowPolicy;
  /** Names the queue in events and errors. Default `chunk queue`. */
  readonly name?: string;
  /** From this share of the capacity on, `shouldThrottle` is true; below half of it, false again. Default 0.8. */
  readonly throttleAt?: number;
  /** Telemetry; called synchronously, must not throw. Chunks themselves are never in an event. */
  readonly onEvent?: (event: ChunkQueueEvent) => void;
}

export interface ChunkQueueStats {
  readonly length: number;
  readonly capacity: number;
  readonly putCount: number;
  readonly takenCount: number;
  readonly droppedCount: number;
  /** Producers that wait for room. */
  readonly waitingCount: number;
  /** The largest length so far. */
  readonly peakLength: number;
}

interface WaitingPut<T> {
  readonly chunk: T;
  readonly done: Deferred;
}

/** One consumer, any number of producers; order is that of the calls of `put`. */
export class ChunkQueue<T> implements AsyncIterable<T> {
  readonly #name: string;
  readonly #capacity: number;
  readonly #policy: OverflowPolicy;
  readonly #throttleLength: number;
  readonly #onEvent: (event: ChunkQueueEvent) => void;
  readonly #chunks: T[] = [];
  readonly #waiting: WaitingPut<T>[] = [];
  #arrival: Deferred | undefined;
  #isThrottled = false;
  #end: { readonly reason: unknown } | 'closed' | undefined;
  #putCount = 0;
  #takenCount = 0;
  #droppedCount = 0;
  #peakLength = 0;

  constructor(options: ChunkQueueOptions) {
    const { capacity, throttleAt = 0.8 } = options;
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new TypeError(`capacity: must be a positive integer, got ${capacity}`);
    }
    if (!(throttleAt > 0 && throttleAt <= 1)) {
      throw new TypeError(`throttleAt: must be above 0 and at most 1, got ${throttleAt}`);
    }
    this.#capacity = capacity;
    this.#throttleLength = Math.max(1, Math.ceil(capacity * throttleAt));
    this.#policy = options.onOverflow ?? 'wait';
    this.#name = options.name ?? 'chunk queue';
    this.#onEvent = options.onEvent ?? ((): void => undefined);
  }

  get stats(): ChunkQueueStats {
    return {
      length: this.#chunks.length,
      capacity: this.#capacity,
      putCount: this.#putCount,
      takenCount: this.#takenCount,
      droppedCount: this.#droppedCount,
      waitingCount: this.#waiting.length,
      peakLength: this.#peakLength,
    };
  }

  /** Whether a producer that can should slow down now. */
  get shouldThrottle(): boolean {
    return this.#isThrottled;
  }

  get isClosed(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Resolves with true when the chunk is in, with false when the policy dropped it. Under `wait` it
   * resolves when there is room, and rejects with the signal's reason; then the chunk is not in. Under
   * `reject` a full queue rejects with `queue-overflow`; after `close` or `fail`, with `disposed`.
   */
  async put(chunk: T, options: { signal?: AbortSignal } = {}): Promise<boolean> {
    options.signal?.throwIfAborted();
    if (this.#end !== undefined) throw this.#closedError();
    if (this.#chunks.length < this.#capacity) {
      this.#insert(chunk);
      return true;
    }
    switch (this.#policy) {
      case 'wait':
        await this.#waitForRoom(chunk, options.signal);
        return true;
      case 'drop-oldest':
        this.#chunks.shift();
        this.#countDrop('oldest');
        this.#insert(chunk);
        return true;
      case 'drop-newest':
        this.#countDrop('newest');
        return false;
      case 'reject':
        throw new VoiceAgentError(
          'queue-overflow',
          `The ${this.#name} is full; put less into it.`,
          {
            details: { queue: this.#name, capacity: this.#capacity },
            retryable: true,
          },
        );
    }
  }

  /**
   * The next chunk, waiting for one; `done` after `close` once all are taken. Rejects with the reason of
   * `fail`, or the signal's.
   */
  async take(options: { signal?: AbortSignal } = {}): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      options.signal?.throwIfAborted();
      if (this.#chunks.length > 0) return { done: false, value: this.#remove() };
      if (this.#end === 'closed') return { done: true, value: undefined };
      if (this.#end !== undefined) throw this.#end.reason;
      this.#arrival ??= createDeferred();
      await abortable(this.#arrival.promise, options.signal);
    }
  }

  /** No more chunks: those inside can still be taken, producers that wait are rejected. Idempotent. */
  close(): void {
    this.#finish('closed');
  }

  /** Drops what is inside; the consumer's `take` rejects with `reason` from now on. */
  fail(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#chunks.length = 0;
    this.#finish({ reason });
  }

  /** Drops what is inside without closing; returns how many. Producers that wait move up. */
  clear(): number {
    const count = this.#chunks.splice(0).length;
    this.#droppedCount += count;
    this.#admit();
    this.#updateThrottle();
    return count;
  }

  /** Leaving the loop, by `break` or a throw, closes the queue and drops what is inside. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: () => this.take(),
      return: async () => {
        this.close();
        this.clear();
        return { done: true, value: undefined };
      },
    };
  }

  #insert(chunk: T): void {
    this.#chunks.push(chunk);
    this.#putCount += 1;
    this.#peakLength = Math.max(this.#peakLength, this.#chunks.length);
    this.#onEvent({ type: 'put', name: this.#name, length: this.#chunks.length });
    this.#updateThrottle();
    this.#arrival?.resolve();
    this.#arrival = undefined;
  }

  #remove(): T {
    const chunk = this.#chunks.shift() as T;
    this.#takenCount += 1;
    this.#onEvent({ type: 'take', name: this.#name, length: this.#chunks.length });
    this.#admit();
    this.#updateThrottle();
    return chunk;
  }

  async #waitForRoom(chunk: T, signal: AbortSignal | undefined): Promise<void> {
    const waiting: WaitingPut<T> = { chunk, done: createDeferred() };
    this.#waiting.push(waiting);
    const handleAbort = (): void => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
      // A chunk that was admitted before the abort stays, and its `put` has resolved.
      waiting.done.reject(signal?.reason);
    };
    signal?.addEventListener('abort', handleAbort, { once: true });
    try {
      await waiting.done.promise;
    } finally {
      signal?.removeEventListener('abort', handleAbort);
    }
  }

  #admit(): void {
    while (this.#chunks.length < this.#capacity) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#insert(next.chunk);
      next.done.resolve();
    }
  }

  #finish(end: { readonly reason: unknown } | 'closed'): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    for (const { done } of this.#waiting.splice(0)) done.reject(this.#closedError());
    this.#onEvent({ type: end === 'closed' ? 'close' : 'fail', name: this.#name });
    this.#arrival?.resolve();
    this.#arrival = undefined;
  }

  #countDrop(end: 'oldest' | 'newest'): void {
    this.#droppedCount += 1;
    this.#onEvent({ type: 'drop', name: this.#name, end });
  }

  /** With hysteresis, so that a queue that hovers at the limit does not flicker. */
  #updateThrottle(): void {
    const length = this.#chunks.length;
    const isThrottled = this.#isThrottled
      ? length >= this.#throttleLength / 2
      : length >= this.#throttleLength;
    if (isThrottled === this.#isThrottled) return;
    this.#isThrottled = isThrottled;
    this.#onEvent({ type: 'throttle', name: this.#name, isThrottled });
  }

  #closedError(): VoiceAgentError {
    return new VoiceAgentError('disposed', `The ${this.#name} is closed.`, {
      details: { what: this.#name },
    });
  }
}
