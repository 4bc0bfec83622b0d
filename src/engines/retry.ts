// When to ask a server again, and what the server wishes. Portable.
import type { RetryPolicy } from '../core/backoff.ts';

/** Two retries within about a second: a person is waiting for the answer. */
export const DEFAULT_RETRY: RetryPolicy = {
  retries: 2,
  baseDelayMs: 300,
  maxDelayMs: 4_000,
  random: Math.random,
};

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
