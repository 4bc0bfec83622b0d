// Asks a remote engine again after what may pass by itself. Portable.
import { delay } from '../core/abort.ts';
import { backoffMs } from '../core/backoff.ts';
import type { RetryPolicy } from '../core/backoff.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { RequestFailure } from './remote-request.ts';
import type { RemoteServer } from './remote-request.ts';

/** The wait before retry number `retry`, counted from 0; null when asking again makes no sense. */
export function waitBeforeRetryMs(
  thrown: unknown,
  retry: number,
  policy: RetryPolicy,
): number | null {
  if (retry >= policy.retries) return null;
  const error = toTyped(thrown);
  const isWorthIt = VoiceAgentError.is(error) && error.retryable && error.code !== 'llm-stalled';
  if (!isWorthIt) return null;
  const askedMs = thrown instanceof RequestFailure ? thrown.retryAfterMs : null;
  return Math.max(backoffMs(retry, policy), askedMs ?? 0);
}

/** The error that a caller sees of what a request threw. */
export function toTyped(thrown: unknown): unknown {
  return thrown instanceof RequestFailure ? thrown.error : thrown;
}

/** As `attempt`, which is asked for again while it may help and there is time. Rejects with the typed error. */
export async function withRetries<T>(
  { clock, retry: policy }: Pick<RemoteServer, 'clock' | 'retry'>,
  attempt: () => Promise<T>,
  { untilMs, signal }: { untilMs: number; signal: AbortSignal },
): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      const waitMs = waitBeforeRetryMs(thrown, retry, policy);
      if (waitMs === null || clock.nowMs() + waitMs >= untilMs) throw toTyped(thrown);
      await delay(clock, waitMs, signal);
    }
  }
}
