// What the app's service worker and its pages say to each other. Page and service worker.

/** From the service worker to every page of the app. */
export interface ShellReport {
  readonly type: 'request-left';
  /** Whom the browser asked, port included. */
  readonly host: string;
}

/** From a page to the service worker that waits. */
export interface ShellRequest {
  /** Takes over from the version before it; only while no conversation runs (see `ConversationLock`). */
  readonly type: 'take-over';
}

/** In the query of a page's address: `isolation=off` leaves its answer without the headers for shared memory. */
export const ISOLATION_FLAG = { name: 'isolation', off: 'off' } as const;

export function isShellReport(value: unknown): value is ShellReport {
  return isRecord(value) && value['type'] === 'request-left' && typeof value['host'] === 'string';
}

export function isShellRequest(value: unknown): value is ShellRequest {
  return isRecord(value) && value['type'] === 'take-over';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
