// Sends one request to a remote engine and returns a response worth reading. Portable: any thread with `fetch`.
import type { RetryPolicy } from '../core/backoff.ts';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { toEndpoint } from './remote-endpoint.ts';
import type { Endpoint, RemoteStage } from './remote-endpoint.ts';
import {
  createRequestError,
  createUnreachableError,
  createWrongAnswerError,
  redact,
} from './remote-errors.ts';
import type { RequestError } from './remote-errors.ts';
import { reasonOf } from './openai-wire.ts';
import { DEFAULT_RETRY, retryAfterMs } from './retry.ts';

/** What every client of a remote engine takes. */
export interface RemoteOptions {
  /** Up to and including the version (`https://host/v1`); a path is taken relative to the page. */
  readonly baseUrl: string;
  readonly model: string;
  /**
   * Asked before every request; null sends no `Authorization`. Asked once more after a 401: with another token the
   * request is sent again. Never read in an error.
   */
  readonly getToken?: () => Promise<string | null>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: Clock;
  readonly retry?: Partial<RetryPolicy>;
}

export interface RemoteServer {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly getToken: () => Promise<string | null>;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
}

/** A GET has no `content`; of a form, `fetch` itself knows the type. */
export interface RemoteBody {
  readonly content: string | FormData;
  readonly type?: string;
}

/** A failed request with what the server asks for and says. */
export class RequestFailure extends Error {
  readonly error: RequestError;
  readonly retryAfterMs: number | null;
  /** The start of the server's own words, without secrets. */
  readonly body: string;

  constructor(error: RequestError, said: { retryAfterMs?: number | null; body?: string } = {}) {
    super(error.message);
    this.error = error;
    this.retryAfterMs = said.retryAfterMs ?? null;
    this.body = said.body ?? '';
  }
}

const MAX_ERROR_BODY_BYTES = 16_384;
const REFUSAL =
  /support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed|forbidden|not compatible/iu;

/** Throws a `TypeError` for options that cannot work. */
export function createRemoteServer(options: RemoteOptions, stage: RemoteStage): RemoteServer {
  if (options.model === '') throw new TypeError('model must name a model, got "".');
  return {
    endpoint: toEndpoint(options.baseUrl, stage),
    model: options.model,
    getToken: options.getToken ?? (() => Promise.resolve(null)),
    headers: options.headers ?? {},
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    clock: options.clock ?? systemClock,
    retry: { ...DEFAULT_RETRY, ...options.retry },
  };
}

/** Posts `body`, or gets where it is null. Rejects with a {@link RequestFailure}, or as `fetch` does on abort. */
export async function request(
  server: RemoteServer,
  body: RemoteBody | null,
  signal: AbortSignal,
): Promise<Response> {
  const token = await askToken(server);
  const first = await send(server, { body, token, signal });
  if (first.status !== 401 || token === null) return check(server, first, token);
  const fresh = await askToken(server);
  if (fresh === null || fresh === token) return check(server, first, token);
  letGo(first);
  return check(server, await send(server, { body, token: fresh, signal }), fresh);
}

/** Which of `names` a failure speaks of as not known to the server; null for none. */
export function refusedName<Name extends string>(
  failure: unknown,
  names: readonly Name[],
): Name | null {
  if (!(failure instanceof RequestFailure)) return null;
  const { status } = failure.error.details;
  if ((status !== 400 && status !== 422) || !REFUSAL.test(failure.body)) return null;
  const isNamed = (name: string): boolean => new RegExp(`\\b${name}\\b`, 'u').test(failure.body);
  return names.find(isNamed) ?? null;
}

async function askToken({ endpoint, getToken }: RemoteServer): Promise<string | null> {
  try {
    return await getToken();
  } catch (error) {
    const reason = `getToken() failed: ${messageOf(error)}`;
    throw new RequestFailure(createRequestError(endpoint, { status: 401, reason }));
  }
}

async function send(
  server: RemoteServer,
  { body, token, signal }: { body: RemoteBody | null; token: string | null; signal: AbortSignal },
): Promise<Response> {
  const { endpoint, headers } = server;
  try {
    return await server.fetch(endpoint.url, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        ...(body?.type === undefined ? {} : { 'Content-Type': body.type }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === null ? {} : { body: body.content }),
      cache: 'no-store',
      credentials: 'omit',
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    const reason = redact(messageOf(error), secretsOf(server, token));
    throw new RequestFailure(createUnreachableError(endpoint, reason));
  }
}

async function check(
  server: RemoteServer,
  response: Response,
  token: string | null,
): Promise<Response> {
  const { endpoint, clock } = server;
  const { ok, status } = response;
  if (ok && !isHtml(response)) return response;
  if (ok) {
    letGo(response);
    throw new RequestFailure(createWrongAnswerError(endpoint, { status, got: 'a web page' }));
  }
  const body = redact(await readStart(response), secretsOf(server, token));
  const reason = isHtml(response) ? `HTTP ${status}` : reasonOf(body) || `HTTP ${status}`;
  throw new RequestFailure(createRequestError(endpoint, { status, reason }), {
    retryAfterMs: retryAfterMs(response.headers, clock.nowMs()),
    body,
  });
}

function secretsOf({ headers }: RemoteServer, token: string | null): readonly string[] {
  return [...(token === null ? [] : [token]), ...Object.values(headers)];
}

function letGo(response: Response): void {
  void response.body?.cancel().catch(() => undefined);
}

function isHtml(response: Response): boolean {
  return /^text\/html/iu.test(response.headers.get('content-type') ?? '');
}

/** The first part of an error's body, empty when it cannot be read. */
async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    while (reader !== undefined && bytes < MAX_ERROR_BODY_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    await reader?.cancel();
  } catch {
    // What was read of a broken error body is all there is to say.
  }
  return text;
}
