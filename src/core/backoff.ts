// How long to wait before trying again: exponential, with jitter and a limit. Portable.

export interface RetryPolicy {
  /** Tries after the first one; 0 never tries again. */
  readonly retries: number;
  /** Middle of the first wait; each further one is twice as long. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** In [0, 1); spreads clients that failed together. */
  readonly random: () => number;
}

/** The wait before retry number `retry`, counted from 0: half to one and a half of the nominal one. */
export function backoffMs(retry: number, policy: RetryPolicy): number {
  const nominalMs = policy.baseDelayMs * 2 ** retry;
  return Math.min(policy.maxDelayMs, nominalMs * (0.5 + policy.random()));
}
