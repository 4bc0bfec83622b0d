// What the app's service worker and its pages say to each other. Page and service worker.

/** From the service worker to every page of the app. */
export interface ShellReport {
  readonly type: 'request-left';
  /** Whom the browser asked, port included. */
  readonly host: string;
}

/** From a page to its service workers. */
export interface ShellRequest {
  /**
   * `give-way`, to the one that serves: breaks off what it fetches, as a browser replaces none that is at work.
   * `take-over`, to the one that waits: replaces it. Both only while no conversation runs (see `ConversationLock`).
   * `keep-loaded`, to the first one that serves: keeps what the page and its workers have loaded without it.
   */
  readonly type: (typeof SHELL_REQUESTS)[number];
}

const SHELL_REQUESTS = ['give-way', 'take-over', 'keep-loaded'] as const;

/** In the query of a page's address: `isolation=off` leaves its answer without the headers for shared memory. */
export const ISOLATION_FLAG = { name: 'isolation', off: 'off' } as const;

export function isShellReport(value: unknown): value is ShellReport {
  return isRecord(value) && value['type'] === 'request-left' && typeof value['host'] === 'string';
}

export function isShellRequest(value: unknown): value is ShellRequest {
  return isRecord(value) && SHELL_REQUESTS.some((type) => type === value['type']);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
