// Being woken when another thread changed something, portable: shared memory or messages.
import { abortable } from './abort.ts';
import type { Clock } from './clock.ts';
import { createDeferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

/** Longest time without a look at the condition, should a notification ever be missed. */
const RECHECK_MS = 500;
/** Poll interval where `Atomics.waitAsync` is missing (Firefox ESR). */
const POLL_MS = 5;

export interface Wake {
  /** To be taken before the condition is looked at, so that no change slips in between. */
  mark(): number;
  /** Resolves at the first change after `mark`, at once when it is past; may resolve without cause. */
  since(mark: number): Promise<void>;
}

/** Resolves once `isMet()`; rejects with the signal's reason. */
export async function waitUntil(
  isMet: () => boolean,
  options: { wake: Wake; signal: AbortSignal },
): Promise<void> {
  for (;;) {
    options.signal.throwIfAborted();
    const mark = options.wake.mark();
    if (isMet()) return;
    await abortable(options.wake.since(mark), options.signal);
  }
}

/** A word of shared memory that the other side increments and notifies. */
export class SharedWake implements Wake {
  readonly #header: Int32Array;
  readonly #word: number;
  readonly #clock: Clock;

  constructor(place: { header: Int32Array; word: number }, clock: Clock) {
    this.#header = place.header;
    this.#word = place.word;
    this.#clock = clock;
  }

  mark(): number {
    return Atomics.load(this.#header, this.#word);
  }

  async since(mark: number): Promise<void> {
    if (typeof Atomics.waitAsync !== 'function') {
      await new Promise<void>((resolve) => this.#clock.schedule(resolve, POLL_MS));
      return;
    }
    const waited = Atomics.waitAsync(this.#header, this.#word, mark, RECHECK_MS);
    if (waited.async) await waited.value;
  }

  /** Ends the waits of this and every other thread. */
  signal(): void {
    Atomics.add(this.#header, this.#word, 1);
    Atomics.notify(this.#header, this.#word);
  }
}

/** The same within one thread: `signal()` is called by a message handler. */
export class SignalWake implements Wake {
  #count = 0;
  #next: Deferred | undefined;

  mark(): number {
    return this.#count;
  }

  async since(mark: number): Promise<void> {
    if (mark !== this.#count) return;
    this.#next ??= createDeferred();
    await this.#next.promise;
  }

  signal(): void {
    this.#count += 1;
    this.#next?.resolve();
    this.#next = undefined;
  }
}
