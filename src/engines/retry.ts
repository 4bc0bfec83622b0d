// When to ask a server again: exponential back-off with jitter, and what the server wishes. Portable.

export interface RetryPolicy {
  /** Requests after the first one; 0 never asks again. */
  readonly retries: number;
  /** Middle of the first wait; each further one is twice as long. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** In [0, 1); spreads clients that failed together. */
  readonly random: () => number;
}

/** Two retries within about a second: a person is waiting for the answer. */
export const DEFAULT_RETRY: RetryPolicy = {
  retries: 2,
  baseDelayMs: 300,
  maxDelayMs: 4_000,
  random: Math.random,
};

/** The wait before retry number `retry`, counted from 0: half to one and a half of the nominal one. */
export function backoffMs(retry: number, policy: RetryPolicy): number {
  const nominalMs = policy.baseDelayMs * 2 ** retry;
  return Math.min(policy.maxDelayMs, nominalMs * (0.5 + policy.random()));
}

/**
 * The wait a server asks for in `retry-after-ms` or `Retry-After` (seconds or a date), null when it
 * asks for none. A page of another origin sees these only if the server exposes them.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const exactMs = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (exactMs >= 0) return exactMs;
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1_000;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}
