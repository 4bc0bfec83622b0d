// Sends one chat completion request and returns a response worth reading. Portable.
import type { LlmRequest } from '../core/contracts/language-model.ts';
import { messageOf } from '../core/errors.ts';
import {
  createRequestError,
  createUnreachableError,
  createWrongPageError,
  redact,
} from './openai-errors.ts';
import type { Endpoint, RequestError } from './openai-errors.ts';
import { OPTIONAL_FIELDS, toFailure, toRequestJson } from './openai-wire.ts';
import type { OptionalField } from './openai-wire.ts';
import { retryAfterMs } from './retry.ts';

export interface ChatServer {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly getToken: () => Promise<string | null>;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly nowMs: () => number;
  /** Fields this server turned down; grows as it does. */
  readonly refused: Set<OptionalField>;
}

/** A failed request with the wait that the server asks for. */
export class RequestFailure extends Error {
  readonly error: RequestError;
  readonly retryAfterMs: number | null;

  constructor(error: RequestError, waitMs: number | null = null) {
    super(error.message);
    this.error = error;
    this.retryAfterMs = waitMs;
  }
}

const MAX_ERROR_BODY_BYTES = 16_384;
const REFUSAL =
  /support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed|forbidden/iu;

/**
 * Posts the request; a field that the server says it does not know is left out and the request sent
 * again at once. Rejects with a {@link RequestFailure}, or as `fetch` does on abort.
 */
export async function postChat(
  server: ChatServer,
  request: LlmRequest,
  signal: AbortSignal,
): Promise<Response> {
  for (;;) {
    const { response, secrets } = await send(server, request, signal);
    if (response.ok) return checkKind(server, response);
    const body = redact(await readStart(response), secrets);
    const field =
      response.status === 400 || response.status === 422 ? refusedField(server, body) : null;
    if (field === null) throw toFailureOf(server, response, body);
    server.refused.add(field);
  }
}

async function send(
  server: ChatServer,
  request: LlmRequest,
  signal: AbortSignal,
): Promise<{ response: Response; secrets: readonly string[] }> {
  const { endpoint, model, refused } = server;
  const token = await server.getToken().catch((error: unknown) => {
    const reason = `getToken() failed: ${messageOf(error)}`;
    throw new RequestFailure(createRequestError(endpoint, { status: 401, reason }));
  });
  const secrets = [...(token === null ? [] : [token]), ...Object.values(server.headers)];
  try {
    const response = await server.fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...server.headers,
      },
      body: toRequestJson(request, { model, refused }),
      cache: 'no-store',
      credentials: 'omit',
      signal,
    });
    return { response, secrets };
  } catch (error) {
    signal.throwIfAborted();
    throw new RequestFailure(createUnreachableError(endpoint, redact(messageOf(error), secrets)));
  }
}

function checkKind(server: ChatServer, response: Response): Response {
  if (!isHtml(response)) return response;
  void response.body?.cancel().catch(() => undefined);
  throw new RequestFailure(createWrongPageError(server.endpoint, response.status));
}

function toFailureOf(server: ChatServer, response: Response, body: string): RequestFailure {
  const { status } = response;
  const reason = isHtml(response) ? `HTTP ${status}` : reasonOf(body) || `HTTP ${status}`;
  const error = createRequestError(server.endpoint, { status, reason });
  return new RequestFailure(error, retryAfterMs(response.headers, server.nowMs()));
}

function isHtml(response: Response): boolean {
  return /^text\/html/iu.test(response.headers.get('content-type') ?? '');
}

function reasonOf(body: string): string {
  try {
    const parsed = JSON.parse(body) as {
      error?: unknown;
      message?: unknown;
      detail?: unknown;
    } | null;
    const stated = parsed?.error ?? parsed?.message ?? parsed?.detail;
    return stated === undefined ? body : toFailure(stated).reason;
  } catch {
    return body;
  }
}

/** The optional field that an error speaks of as not known, if it was sent. */
function refusedField(server: ChatServer, body: string): OptionalField | null {
  if (!REFUSAL.test(body)) return null;
  const isNamed = (field: OptionalField): boolean => new RegExp(`\\b${field}\\b`, 'u').test(body);
  return OPTIONAL_FIELDS.find((field) => !server.refused.has(field) && isNamed(field)) ?? null;
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
