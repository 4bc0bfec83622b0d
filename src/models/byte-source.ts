// Where a model store gets ranges of a file from, and the source over HTTP. Any thread with fetch.
import { createLinkedAbort, withDeadline } from '../core/abort.ts';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError, messageOf } from '../core/errors.ts';
import type { ModelPart } from './catalog.ts';
import { downloadError, sizeError } from './download-errors.ts';

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
   * Bytes in order. Iterate once; an iteration that ends early ends the request. Rejects as `open` does, and when less or more comes than was promised.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the request, for a caller who does not want the body after all. */
  close(): void;
}

export interface ByteSource {
  /** Rejects with `model-download-failed`, `model-integrity` for a file of another size, or the signal's reason. */
  open(request: ByteRequest): Promise<ByteStream>;
}

export interface HttpSourceOptions {
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** No bytes for so long rejects with `model-download-failed`, retryable. */
  readonly stallMs?: number;
}

/** A source that asks for ranges, and takes whole files from servers that know none. */
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
        checkResponse(response, request);
        const isPart = response.status === 206;
        const isRanged = headers.has('range') ? isPart : null;
        const start = isPart ? request.start : 0;
        const body = readBody(response, { request, isPart, guard, close });
        return { isRanged, start, validator: response.headers.get('etag'), body, close };
      } catch (error) {
        close();
        throw error;
      }
    },
  };
}

/** Waits for the network: with a limit, and with errors that name the file. */
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
  const bytes = status === 206 ? bytesOfRange(headers) : bytesOfWhole(response);
  if (bytes !== null && bytes !== request.totalBytes) throw sizeError(request, `${bytes} bytes`);
  const [, first] = /^bytes (\d+)-/u.exec(headers.get('content-range') ?? '') ?? [];
  if (status === 206 && first !== undefined && Number(first) !== request.start) {
    throw downloadError(request, 'the server sent another range', { status, retryable: false });
  }
}

/** Of the file, by `Content-Range`; null where it is not told or not shown to another origin. */
function bytesOfRange(headers: Headers): number | null {
  const [, total] = /\/(\d+)$/u.exec(headers.get('content-range') ?? '') ?? [];
  return total === undefined ? null : Number(total);
}

/** By `Content-Length`; null where it may be that of a compressed answer. */
function bytesOfWhole({ headers, type }: Response): number | null {
  const length = headers.get('content-length');
  if (length === null || type !== 'basic' || headers.has('content-encoding')) return null;
  return Number(length);
}

interface Body {
  readonly request: ByteRequest;
  readonly isPart: boolean;
  readonly guard: Guard;
  readonly close: () => void;
}

async function* readBody(
  response: Response,
  { request, isPart, guard, close }: Body,
): AsyncGenerator<Uint8Array, void, undefined> {
  const wantedBytes = isPart ? request.end - request.start : request.totalBytes;
  const reader = response.body?.getReader();
  let loadedBytes = 0;
  try {
    for (;;) {
      const next = reader === undefined ? undefined : await guard(reader.read());
      if (next?.value === undefined) break;
      loadedBytes += next.value.length;
      if (loadedBytes > wantedBytes) throw sizeError(request, `more than ${wantedBytes} bytes`);
      yield next.value;
    }
    if (loadedBytes === wantedBytes) return;
    if (!isPart) throw sizeError(request, `${loadedBytes} bytes`);
    throw downloadError(request, `it was cut off after ${loadedBytes} of ${wantedBytes} bytes`);
  } finally {
    close();
  }
}
