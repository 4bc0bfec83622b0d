// Where a model store gets a file's bytes from, and the one over HTTP. Any thread with fetch.
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { createLinkedAbort } from '../core/abort.ts';
import { VoiceAgentError, messageOf } from '../core/errors.ts';
import type { ModelPart } from './catalog.ts';

/** Long enough for a slow disk behind a local server, short enough that a person still waits. */
const STALL_MS = 20_000;

export interface ByteRequest {
  readonly modelId: string;
  readonly url: string;
  /** The size by the catalogue: an answer of another size is refused. */
  readonly bytes: number;
  /** The file's parts, beside `url`, where the host has no whole file; see `joined-source.ts`. */
  readonly parts?: readonly ModelPart[] | undefined;
  readonly signal: AbortSignal;
  /** Called with the bytes so far, each time some arrive. */
  onBytes(loadedBytes: number): void;
}

/** The seam for caches on the device: a cache is a source that asks another source. */
export interface ByteSource {
  /**
   * All bytes of a file, of the right size, not yet hashed; the caller owns the buffer. Rejects with
   * `model-download-failed`, `model-integrity`, or the signal's reason.
   */
  load(request: ByteRequest): Promise<ArrayBuffer>;
}

export interface HttpSourceOptions {
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** No bytes for so long rejects with `model-download-failed`, retryable. */
  readonly stallMs?: number;
}

/** A source that fetches the request's URL, whole. */
export function createHttpSource(options: HttpSourceOptions = {}): ByteSource {
  // Unbound, a page's fetch throws "Illegal invocation".
  const fetchFile: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const { clock = systemClock, stallMs = STALL_MS } = options;
  return {
    async load(request) {
      const { controller, release } = createLinkedAbort(request.signal);
      const watch = createStallWatch(clock, stallMs, () =>
        controller.abort(downloadError(request, `no bytes arrived for ${stallMs / 1000} s`)),
      );
      try {
        const response = await fetchFile(request.url, { signal: controller.signal });
        watch.reset();
        checkResponse(response, request);
        return await readBody(response, request, watch.reset);
      } catch (error) {
        // An aborted fetch may reject with an error of its own: what counts is who aborted, and why.
        controller.signal.throwIfAborted();
        if (VoiceAgentError.is(error)) throw error;
        throw downloadError(request, messageOf(error), { cause: error });
      } finally {
        watch.stop();
        release();
        // Lets go of a body that was refused half-way.
        controller.abort();
      }
    },
  };
}

function checkResponse(response: Response, request: ByteRequest): void {
  const { status } = response;
  if (!response.ok) {
    const isBusy = status >= 500 || status === 429;
    throw downloadError(request, `the server answered ${status}`, { status, retryable: isBusy });
  }
  if (response.headers.get('content-type')?.includes('text/html') === true) {
    const reason = 'the server answered with a web page instead of the file';
    throw downloadError(request, reason, { status, retryable: false });
  }
}

async function readBody(
  response: Response,
  request: ByteRequest,
  onActivity: () => void,
): Promise<ArrayBuffer> {
  const buffer = new Uint8Array(request.bytes);
  const reader = response.body?.getReader();
  let loadedBytes = 0;
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) break;
    onActivity();
    const end = loadedBytes + next.value.length;
    if (end > request.bytes) throw sizeError(request, `more than ${request.bytes} bytes`);
    buffer.set(next.value, loadedBytes);
    loadedBytes = end;
    request.onBytes(loadedBytes);
  }
  if (loadedBytes < request.bytes) throw sizeError(request, `${loadedBytes} bytes`);
  return buffer.buffer;
}

function sizeError({ modelId, url, bytes }: ByteRequest, actual: string): VoiceAgentError {
  const message = `${url} is cut short or another file: ${actual} came, ${bytes} were expected.`;
  return new VoiceAgentError('model-integrity', `${message} ${adviceFor(modelId)}`, {
    details: { modelId, url, expected: `${bytes} bytes`, actual },
    retryable: true,
  });
}

function downloadError(
  { modelId, url }: ByteRequest,
  reason: string,
  options: { status?: number; retryable?: boolean; cause?: unknown } = {},
): VoiceAgentError {
  const { status = null, retryable = true, cause } = options;
  const message = `The model file ${url} could not be loaded: ${reason}. ${adviceFor(modelId)}`;
  return new VoiceAgentError('model-download-failed', message, {
    details: { modelId, url, status },
    retryable,
    cause,
  });
}

/** What to do about a file that the page's own server does not deliver. */
export function adviceFor(modelId: string): string {
  return (
    `Check the connection, and that the server has the models folder: ` +
    `"npm run models -- ${modelId}" fetches it, "npm run build -- --with-models=${modelId}" ` +
    `puts it into the built site.`
  );
}

function createStallWatch(
  clock: Clock,
  stallMs: number,
  onStall: () => void,
): { reset: () => void; stop: () => void } {
  let cancel = clock.schedule(onStall, stallMs);
  return {
    reset: () => {
      cancel();
      cancel = clock.schedule(onStall, stallMs);
    },
    stop: () => cancel(),
  };
}
