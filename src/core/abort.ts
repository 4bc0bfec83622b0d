// Waiting that stops at once on abort, and aborts that are linked, portable.
import type { Clock } from './clock.ts';

/** Rejects with `signal.reason` as soon as the signal fires; otherwise settles as `promise` does. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(toError(signal.reason));
  }
  return new Promise<T>((resolve, reject) => {
    const handleAbort = (): void => reject(toError(signal.reason));
    signal.addEventListener('abort', handleAbort, { once: true });
    promise
      .finally(() => signal.removeEventListener('abort', handleAbort))
      .then(resolve, (reason: unknown) => reject(toError(reason)));
  });
}

/** Rejects with `toTimeoutError()` when `promise` has not settled within `limitMs`. */
export function withDeadline<T>(
  promise: Promise<T>,
  options: { clock: Clock; limitMs: number; toTimeoutError: () => Error; signal?: AbortSignal },
): Promise<T> {
  const bounded = new Promise<T>((resolve, reject) => {
    const cancel = options.clock.schedule(() => reject(options.toTimeoutError()), options.limitMs);
    promise.finally(cancel).then(resolve, (reason: unknown) => reject(toError(reason)));
  });
  return abortable(bounded, options.signal);
}

/** A promise that resolves after `delayMs`, or rejects with the signal's reason. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  let cancel: () => void = () => undefined;
  const waited = new Promise<void>((resolve) => {
    cancel = clock.schedule(resolve, delayMs);
  });
  return abortable(waited, signal).finally(() => cancel());
}

/** A controller that aborts with its parent; `release` detaches it when the child is done. */
export function createLinkedAbort(parent: AbortSignal): {
  controller: AbortController;
  release: () => void;
} {
  const controller = new AbortController();
  const handleAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) handleAbort();
  else parent.addEventListener('abort', handleAbort, { once: true });
  return { controller, release: () => parent.removeEventListener('abort', handleAbort) };
}

/** The reason used when a person, or the host page, cuts something off. */
export function createAbortReason(message: string): DOMException {
  return new DOMException(message, 'AbortError');
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
