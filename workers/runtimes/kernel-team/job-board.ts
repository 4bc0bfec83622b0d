// Where threads find the units of the call in progress: a few words of shared memory. Worker or Node.

/** Bytes that a board needs, from an address that is a multiple of 8. */
export const BOARD_BYTES = 256;
const MAXIMUM_ARGUMENTS = 16;
const ARGUMENTS_OFFSET = 64;

/** Words of the board. `round` changes with every call; `open` is 1 while there may be units to take. */
const WORD = { round: 0, open: 1, busy: 2, next: 3, units: 4, share: 5, kernel: 6, count: 7 };
/** So many shares for each thread: the one that is held up leaves the rest to the others. */
const SHARES = 16;
/** Looks before a thread goes to sleep; the next call mostly comes within some microseconds. */
const LOOKS = 5_000;
/** A page's own thread may not sleep; only tests compute there. */
const MAY_SLEEP = !('document' in globalThis);

export class JobBoard {
  readonly #words: Int32Array;
  readonly #values: Float64Array;

  constructor(buffer: ArrayBufferLike, at: number) {
    this.#words = new Int32Array(buffer, at, WORD.count + 1);
    this.#values = new Float64Array(buffer, at + ARGUMENTS_OFFSET, MAXIMUM_ARGUMENTS);
  }

  /** Posts a call; the one before it must be closed. */
  open(kernel: number, call: readonly number[], units: number): void {
    const words = this.#words;
    this.#values.set(call);
    words[WORD.kernel] = kernel;
    words[WORD.count] = call.length;
    words[WORD.units] = units;
    words[WORD.share] = Math.max(1, Math.floor(units / SHARES));
    words[WORD.next] = 0;
    Atomics.store(words, WORD.open, 1);
    Atomics.add(words, WORD.round, 1);
    Atomics.notify(words, WORD.round);
  }

  /** Does shares of the open call until none is left. */
  work(run: (from: number, to: number) => void): void {
    const words = this.#words;
    const units = words[WORD.units] ?? 0;
    const share = words[WORD.share] ?? 1;
    for (;;) {
      const from = Atomics.add(words, WORD.next, share);
      if (from >= units) return;
      run(from, Math.min(units, from + share));
    }
  }

  /** Waits until nobody works on the call any more; false if that took longer than `deadlineMs`. */
  close(deadlineMs: number): boolean {
    const words = this.#words;
    Atomics.store(words, WORD.open, 0);
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(words, WORD.busy) === 0) return true;
    const endMs = performance.now() + deadlineMs;
    for (;;) {
      const busy = Atomics.load(words, WORD.busy);
      if (busy === 0) return true;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) return false;
      if (MAY_SLEEP) Atomics.wait(words, WORD.busy, busy, leftMs);
    }
  }

  /** On another thread: sleeps until a call other than `round` is posted; which. */
  next(round: number): number {
    const words = this.#words;
    for (let look = 0; look < LOOKS; look++) {
      const now = Atomics.load(words, WORD.round);
      if (now !== round) return now;
    }
    Atomics.wait(words, WORD.round, round);
    return Atomics.load(words, WORD.round);
  }

  /**
   * On another thread: takes part in the call if it is open still. Whoever opens the next one waits for those
   * who are busy, so what the board says holds from then on.
   */
  join(
    work: (call: {
      readonly kernel: number;
      readonly values: readonly number[];
    }) => (from: number, to: number) => void,
  ): void {
    const words = this.#words;
    Atomics.add(words, WORD.busy, 1);
    try {
      if (Atomics.load(words, WORD.open) === 0) return;
      const values = Array.from(this.#values.subarray(0, words[WORD.count]));
      this.work(work({ kernel: words[WORD.kernel] ?? 0, values }));
    } finally {
      Atomics.sub(words, WORD.busy, 1);
      Atomics.notify(words, WORD.busy);
    }
  }
}
