// Where a model store gets ranges of a file from, and the source over HTTP. Any thread with fetch.
import { createLinkedAbort, withDeadline } from '../core/abort.ts';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError, messageOf } from '../core/errors.ts';
import type { ByteSpan } from './blocks.ts';
import type { ModelPart } from './catalog.ts';
import { RANGE_STATUS, downloadError, rangeError, sizeError } from './download-errors.ts';

/** Long enough for a slow disk behind a local server, short enough that a person still waits. */
const STALL_MS = 20_000;

export interface ByteRequest {
  readonly modelId: string;
  readonly url: string;
  /** First byte wanted. */
  readonly start: number;
  /** The byte after the last one wanted. */
  readonly end: number;
  /** The file's size by the catalogue: an answer that tells another size is refused. */
  readonly totalBytes: number;
  /** The file's parts, beside `url`, where the host has no whole file; see `joined-source.ts`. */
  readonly parts?: readonly ModelPart[] | undefined;
  /** False asks for no range, of a server that refuses them: what comes begins before `start`. */
  readonly wantsRange: boolean;
  /** Whether the caller keeps the bytes for the next visit: then the browser's cache need not do so too. */
  readonly isKept: boolean;
  readonly signal: AbortSignal;
}

export interface ByteStream {
  /** Whether the server knows ranges; if not, it sends all it has there. Null: none had to be asked for. */
  readonly isRanged: boolean | null;
  /** The byte of the file that comes first: at `start`, or before it. */
  readonly start: number;
  /** The answer's entity tag; null where there is none or another origin does not show it. */
  readonly validator: string | null;
  /**
   * Bytes in order. Iterate once; an iteration that ends early ends the request. Rejects as `open` does, and when less or more comes than was promised: of
   * a range that was empty with status 206 and retryable.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the request, for a caller who does not want the body after all. */
  close(): void;
}

export interface ByteSource {
  /**
   * Rejects with `model-download-failed`, of status 206 and not retryable where the answer to a range is none of the file's, with
   * `model-integrity` for a file of another size, or the signal's reason.
   */
  open(request: ByteRequest): Promise<ByteStream>;
}

export interface HttpSourceOptions {
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** No bytes for so long rejects with `model-download-failed`, retryable. */
  readonly stallMs?: number;
}

/** A source that asks for ranges, takes whole files from servers that know none, and tells of ranges that are none of the file's. */
export function createHttpSource(options: HttpSourceOptions = {}): ByteSource {
  // Unbound, a page's fetch throws "Illegal invocation".
  const fetchFile: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const { clock = systemClock, stallMs = STALL_MS } = options;
  return {
    async open(request) {
      const { controller, release } = createLinkedAbort(request.signal);
      const { signal } = controller;
      const close = (): void => {
        release();
        controller.abort();
      };
      const guard: Guard = (promise) => {
        const toTimeoutError = (): Error =>
          downloadError(request, `no bytes arrived for ${stallMs / 1_000} s`);
        return withDeadline(promise, { clock, limitMs: stallMs, toTimeoutError, signal }).catch(
          (error: unknown) => {
            // An aborted fetch may reject with an error of its own: what counts is who aborted, and why.
            signal.throwIfAborted();
            if (VoiceAgentError.is(error)) throw error;
            throw downloadError(request, messageOf(error), { cause: error });
          },
        );
      };
      try {
        const cache = request.isKept ? 'no-store' : 'default';
        const headers = toHeaders(request);
        const init = { signal, headers, cache } as const;
        const response = await guard(fetchFile(request.url, init));
        const isPart = response.status === RANGE_STATUS;
        checkResponse(response, request);
        const isRanged = headers.has('range') ? isPart : null;
        const span = isPart ? rangeOf(response, request) : { start: 0, end: request.totalBytes };
        const { start } = span;
        const body = readBody(response, { request, span, isPart, guard, close });
        return { isRanged, start, validator: response.headers.get('etag'), body, close };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/** Waits for the network: with a limit, and with errors that name the file; they have a cause unless the cause is silence. */
type Guard = <T>(promise: Promise<T>) => Promise<T>;

/** No `If-Range`: a host of another origin would be asked for leave first, and versions are told apart by their tags. */
function toHeaders({ start, end, totalBytes, wantsRange }: ByteRequest): Headers {
  const headers = new Headers();
  const isWhole = start === 0 && end === totalBytes;
  if (wantsRange && !isWhole) headers.set('Range', `bytes=${start}-${end - 1}`);
  return headers;
}

function checkResponse(response: Response, request: ByteRequest): void {
  const { status, headers } = response;
  if (!response.ok) {
    const isBusy = status >= 500 || status === 429 || status === 408;
    throw downloadError(request, `the server answered ${status}`, { status, retryable: isBusy });
  }
  if (headers.get('content-type')?.includes('text/html') === true) {
    const reason = 'the server answered with a web page instead of the file';
    throw downloadError(request, reason, { status, retryable: false });
  }
  if (status === RANGE_STATUS) return;
  const bytes = bytesOfWhole(response);
  if (bytes !== null && bytes !== request.totalBytes) throw sizeError(request, `${bytes} bytes`);
}

/**
 * What a range answer brings: all that was asked for, or its beginning. Throws for one that is of no use, as of a host that compresses the file
 * and then counts the compressed bytes. What another origin does not show is taken to be right.
 */
function rangeOf({ headers, type }: Response, request: ByteRequest): ByteSpan {
  const { start, end, totalBytes } = request;
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw rangeError(request, `the server sent a range of what "${encoding}" makes of it`);
  }
  const range = headers.get('content-range');
  if (range === null && type !== 'basic') return { start, end };
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/u.exec(range ?? '') ?? [];
  const isTotal = total === '*' || Number(total) === totalBytes;
  const lastByte = Number(last);
  if (isTotal && Number(first) === start && lastByte >= start && lastByte < end) {
    return { start, end: lastByte + 1 };
  }
  const asked = `bytes ${start}-${end - 1}/${totalBytes}`;
  throw rangeError(request, `the server sent another range, "${range}" in place of "${asked}"`);
}

/** By `Content-Length`; null where it may be that of a compressed answer. */
function bytesOfWhole({ headers, type }: Response): number | null {
  const length = headers.get('content-length');
  if (length === null || type !== 'basic' || headers.has('content-encoding')) return null;
  return Number(length);
}

interface Body {
  readonly request: ByteRequest;
  /** What of the file it is to bring. */
  readonly span: ByteSpan;
  readonly isPart: boolean;
  readonly guard: Guard;
  readonly close: () => void;
}

async function* readBody(
  response: Response,
  { request, span, isPart, guard, close }: Body,
): AsyncGenerator<Uint8Array, void, undefined> {
  const wantedBytes = span.end - span.start;
  const reader = response.body?.getReader();
  let loadedBytes = 0;
  try {
    for (;;) {
      const next = reader === undefined ? undefined : await guard(reader.read());
      if (next?.value === undefined) break;
      loadedBytes += next.value.length;
      if (loadedBytes > wantedBytes) {
        const actual = `more than ${wantedBytes} bytes`;
        throw isPart
          ? rangeError(request, `of a range came ${actual}`)
          : sizeError(request, actual);
      }
      yield next.value;
    }
    if (loadedBytes === wantedBytes) return;
    if (!isPart) throw sizeError(request, `${loadedBytes} bytes`);
    const reason = `it was cut off after ${loadedBytes} of ${wantedBytes} bytes`;
    throw downloadError(request, reason, loadedBytes === 0 ? { status: RANGE_STATUS } : {});
  } finally {
    close();
  }
}
