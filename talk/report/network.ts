// Who was spoken to over the network, from Chromium's own log. Pure, in Node.
import type { ReportHost } from './schema.ts';

interface LogEvent {
  readonly type: number;
  readonly source: { readonly id: number; readonly type: number };
  readonly params?: {
    readonly url?: string;
    readonly initiator?: string;
    readonly byte_count?: number;
    readonly net_error?: number;
    readonly host?: string;
  };
}

export interface NetLog {
  readonly constants: {
    readonly logEventTypes: Readonly<Record<string, number>>;
    readonly logSourceType: Readonly<Record<string, number>>;
  };
  readonly events: readonly LogEvent[];
}

interface Request {
  url: string;
  initiator: string;
  bytes: number;
  isFailed: boolean;
}

/** Of the network stack: what a service worker answers from the device never gets there. */
export type LoggedRequest = Readonly<Request>;

export interface NetworkOptions {
  /** Origin of the page under test, such as `http://localhost:1234`. */
  readonly pageOrigin: string;
  /** Host (with port) of the remote language model, if any. */
  readonly llmHost: string | null;
  /** URLs asked for by the browser's targets: page, workers, service worker. */
  readonly targetUrls: readonly string[];
}

/** One event per line, and an end only when Chromium was closed in good order: a cut log is mended. */
export function parseNetLog(text: string): NetLog {
  try {
    return JSON.parse(text) as NetLog;
  } catch {
    const lastEvent = text.lastIndexOf('},\n');
    return JSON.parse(`${text.slice(0, lastEvent + 1)}]}`) as NetLog;
  }
}

/** One entry for each host and kind, in order of first appearance. */
export function summariseNetwork(log: NetLog, options: NetworkOptions): ReportHost[] {
  const requests = listRequests(log);
  const seen = new Set(requests.map(({ url }) => hostOf(url)));
  for (const url of [...collectLookups(log), ...options.targetUrls]) {
    if (hostOf(url) === null || seen.has(hostOf(url))) continue;
    requests.push({ url, initiator: options.pageOrigin, bytes: 0, isFailed: false });
  }
  const entries = new Map<string, ReportHost>();
  for (const request of requests) {
    const host = hostOf(request.url);
    if (host === null) continue;
    const kind = kindOf(request, host, options);
    const entry = entries.get(`${kind} ${host}`);
    entries.set(`${kind} ${host}`, {
      host,
      kind,
      bytes: (entry?.bytes ?? 0) + request.bytes,
      blocked: (entry?.blocked ?? true) && request.isFailed,
    });
  }
  return [...entries.values()];
}

/** In order of first appearance, those that the browser's HTTP cache answered included. */
export function listRequests({ constants, events }: NetLog): Request[] {
  const types = constants.logEventTypes;
  const requests = new Map<number, Request>();
  for (const { type, source, params } of events) {
    const known = requests.get(source.id);
    if (type === types['URL_REQUEST_START_JOB'] && params?.url !== undefined) {
      const { url, initiator = '' } = params;
      requests.set(source.id, { url, initiator, bytes: known?.bytes ?? 0, isFailed: false });
    } else if (known !== undefined && type === types['URL_REQUEST_JOB_FILTERED_BYTES_READ']) {
      known.bytes += params?.byte_count ?? 0;
    } else if (known !== undefined && isRequestFailure(type, types, params?.net_error)) {
      known.isFailed = known.bytes === 0;
    }
  }
  return [...requests.values()];
}

function isRequestFailure(
  type: number,
  types: Readonly<Record<string, number>>,
  netError: number | undefined,
): boolean {
  const isEnd = type === types['URL_REQUEST_START_JOB'] || type === types['FAILED'];
  return isEnd && netError !== undefined && netError < 0;
}

/**
 * Names really looked up: a refused host is mapped to one that does not exist before that. What has
 * a look-up and no request was a connection other than HTTP.
 */
function collectLookups({ constants, events }: NetLog): string[] {
  const type = constants.logEventTypes['HOST_RESOLVER_MANAGER_REQUEST'];
  return events
    .filter((event) => event.type === type)
    .map(({ params }) => params?.host ?? '')
    .filter((host) => host !== '' && !host.toLowerCase().includes('~notfound'))
    .map((host) => (host.includes('://') ? host : `http://${host}`));
}

function kindOf(request: Request, host: string, options: NetworkOptions): ReportHost['kind'] {
  if (host === hostOf(options.pageOrigin)) return 'page';
  if (host === options.llmHost) return 'llm';
  return /^https?:/u.test(request.initiator) ? 'other' : 'browser';
}

/** Host with port where it is not the scheme's own; null for `data:`, `blob:` and the like. */
function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  return /^(https?|wss?):$/u.test(protocol) ? host : null;
}
