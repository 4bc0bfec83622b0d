// What can go wrong with a remote engine, as typed errors that say what to do. Portable.
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import type { Endpoint, RemoteStage } from './remote-endpoint.ts';

/** Longest piece of a server's own words that is passed on. */
const MAX_REASON_CHARACTERS = 300;

export type RequestError = VoiceAgentError<`${RemoteStage}-request-failed`>;

const SUBJECTS = {
  llm: 'The language model',
  stt: 'The recogniser',
  tts: 'The voice',
} satisfies Record<RemoteStage, string>;

/** What an answer should have been. */
const ANSWERS = {
  llm: 'a completion',
  stt: 'a transcript',
  tts: 'audio',
} satisfies Record<RemoteStage, string>;

/** `retryable` for what may pass by itself: 408, 409, 425, 429 and 5xx, or no status at all. */
export function createRequestError(
  endpoint: Endpoint,
  { status, reason }: { status: number | null; reason: string },
): RequestError {
  const shown = shorten(reason);
  const what = status === null ? 'failed' : `refused the request (${status})`;
  return new VoiceAgentError(
    `${endpoint.stage}-request-failed`,
    `${toSubject(endpoint)} ${what}: ${shown}. ${adviceFor(status)}`,
    {
      details: { url: endpoint.shownUrl, status, reason: shown },
      retryable: status === null || [408, 409, 425, 429].includes(status) || status >= 500,
    },
  );
}

/** A request that never got an answer: the browser does not tell a page which of the causes it was. */
export function createUnreachableError(endpoint: Endpoint, reason: string): RequestError {
  const origin = (globalThis as { location?: { origin?: string } }).location?.origin ?? 'this page';
  const isOffline =
    (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
  const advice = isOffline
    ? 'This device is offline.'
    : `Check that the address is right, that the server runs, and that it allows ${origin} by its CORS headers; a page on https cannot reach plain http elsewhere.`;
  return new VoiceAgentError(
    `${endpoint.stage}-request-failed`,
    `${toSubject(endpoint)} could not be reached: ${shorten(reason)}. ${advice}`,
    { details: { url: endpoint.shownUrl, status: null, reason: shorten(reason) }, retryable: true },
  );
}

/** Something else came instead of an answer, such as a web page. Asking again would not help. */
export function createWrongAnswerError(
  endpoint: Endpoint,
  { status, got }: { status: number; got: string },
): RequestError {
  const wanted = ANSWERS[endpoint.stage];
  return new VoiceAgentError(
    `${endpoint.stage}-request-failed`,
    `${endpoint.shownUrl} answered with ${got}, not with ${wanted}. Check baseUrl: most servers want a path such as "/v1".`,
    { details: { url: endpoint.shownUrl, status, reason: `${got} instead of ${wanted}` } },
  );
}

export function createStalledError(
  endpoint: Endpoint,
  waitedMs: number,
): VoiceAgentError<'llm-stalled'> {
  return new VoiceAgentError(
    'llm-stalled',
    `The language model at ${endpoint.shownUrl} sent nothing for ${waitedMs} ms. Try again, or raise the deadline if it is known to be slow.`,
    { details: { url: endpoint.shownUrl, waitedMs }, retryable: true },
  );
}

/** The answer broke off. What was handed out before stands; a half tool call was not handed out. */
export function createIncompleteError(
  endpoint: Endpoint,
  cause: unknown,
  { isCut = false }: { readonly isCut?: boolean } = {},
): VoiceAgentError<'llm-incomplete'> {
  const reason = shorten(messageOf(cause));
  const advice = isCut
    ? 'Give it more room with options.reply.maxTokens.'
    : 'Ask again for the rest.';
  return new VoiceAgentError(
    'llm-incomplete',
    `The answer of ${endpoint.shownUrl} broke off: ${reason}. ${advice}`,
    { details: { url: endpoint.shownUrl, reason }, retryable: !isCut },
  );
}

/** `text` without the secrets: servers and runtimes like to quote a key that they do not accept. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((redacted, secret) => redacted.replaceAll(secret, '[secret]'), text);
}

const toSubject = ({ stage, shownUrl }: Endpoint): string => `${SUBJECTS[stage]} at ${shownUrl}`;

function adviceFor(status: number | null): string {
  if (status === 401 || status === 403) return 'Check the key that getToken() or headers give.';
  if (status === 404) return 'Check baseUrl and the name of the model.';
  if (status === 429) return 'Wait a moment, or check the limits of the account.';
  if (status === null || status >= 500) return 'Try again in a moment.';
  return 'Check the request that this server supports.';
}

function shorten(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim().replace(/\.$/u, '');
  return line.length > MAX_REASON_CHARACTERS ? `${line.slice(0, MAX_REASON_CHARACTERS)}…` : line;
}
