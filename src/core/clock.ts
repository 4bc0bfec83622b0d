// Time as an injected dependency, portable: the real clock here, a manual one in `testing`.

/** Monotonic time and timers. Everything that waits or stamps takes one of these. */
export interface Clock {
  /** Milliseconds since an arbitrary origin; never goes back. */
  nowMs(): number;
  /** Calls `callback` once after `delayMs`; returns the cancel. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/**
 * The thread's own clock. `nowMs` is `performance.timeOrigin + performance.now()`, so that stamps
 * of different threads can be compared.
 */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
