// Downloads one file over HTTP, going on where an earlier try was cut off. Node.
import { open, rm } from 'node:fs/promises';
import { statFile } from './files.mjs';
import { SetupError, messageOf } from './setup-error.mjs';

/** A server that sends nothing for so long is taken for dead. */
const STALL_MS = 30_000;
/** Tries in a row that bring no byte. */
const MAX_FRUITLESS_TRIES = 3;
const MAX_TRIES = 50;
const RETRY_DELAY_MS = 1000;

/** No connection: other files of the same host will not come either. */
export class UnreachableError extends SetupError {}

/** A failure that another try at the same address would meet again. */
class PermanentError extends Error {}

/**
 * @typedef {object} DownloadOptions
 * @property {string} part where the bytes gather; kept when the download fails, for the next time
 * @property {number} bytes the size that the file must have
 * @property {(done: number) => void} [onBytes]
 * @property {number} [stallMs]
 * @property {number} [retryDelayMs]
 */

/**
 * Fills `part` with the file; whether its bytes are the right ones is for the caller to check.
 * @param {string} url
 * @param {DownloadOptions} options
 * @returns {Promise<{ isResumed: boolean }>} whether the first bytes are from an earlier try
 */
export async function downloadFile(url, options) {
  const hadBytes = await partBytes(options);
  let fruitless = 0;
  for (let tries = 1; ; tries += 1) {
    const before = await partBytes(options);
    try {
      if (before < options.bytes) await requestRest(url, options, before);
      if ((await partBytes(options)) === options.bytes) return { isResumed: hadBytes > 0 };
      throw new Error('the connection closed before the end of the file');
    } catch (error) {
      fruitless = (await partBytes(options)) > before ? 0 : fruitless + 1;
      const isLast = fruitless >= MAX_FRUITLESS_TRIES || tries >= MAX_TRIES;
      if (isLast && isNetworkFailure(error)) throw new UnreachableError(messageOf(error));
      if (isLast || error instanceof PermanentError) throw new SetupError(messageOf(error));
      await new Promise((resolve) => setTimeout(resolve, options.retryDelayMs ?? RETRY_DELAY_MS));
    }
  }
}

/**
 * `fetch` reports a missing network, an unknown host and a refused connection as a TypeError.
 * @param {unknown} error
 */
function isNetworkFailure(error) {
  return error instanceof TypeError;
}

/** @param {DownloadOptions} options */
async function partBytes({ part, bytes }) {
  const size = (await statFile(part))?.bytes ?? 0;
  if (size <= bytes) return size;
  await rm(part);
  return 0;
}

/**
 * @param {string} url
 * @param {DownloadOptions} options
 * @param {number} offset
 */
async function requestRest(url, options, offset) {
  const watch = createStallWatch(options.stallMs ?? STALL_MS);
  try {
    const response = await fetch(url, {
      signal: watch.signal,
      headers: {
        'Accept-Encoding': 'identity',
        ...(offset > 0 ? { Range: `bytes=${offset}-` } : {}),
      },
    });
    const start = await checkResponse(response, options, offset);
    if (response.body === null) throw new Error('the answer was empty');
    await appendBody(response.body, { ...options, start, onActivity: watch.reset });
  } finally {
    watch.stop();
  }
}

/**
 * @param {Response} response
 * @param {DownloadOptions} options
 * @param {number} offset
 * @returns {Promise<number>} where in the file the answer's first byte belongs
 */
async function checkResponse(response, options, offset) {
  const { status, headers } = response;
  if (status === 416) {
    await rm(options.part, { force: true });
    throw new Error('HTTP 416: the server has no such range');
  }
  if (status >= 500 || status === 429) throw new Error(`HTTP ${status}`);
  if (status !== 200 && status !== 206) throw new PermanentError(`HTTP ${status}`);
  if (headers.get('content-type')?.includes('text/html') === true) {
    throw new PermanentError('an HTML page came instead of the file');
  }
  const start = status === 206 ? offset : 0;
  if (status === 206 && headers.get('content-range')?.startsWith(`bytes ${offset}-`) !== true) {
    throw new PermanentError('the server sent another range than the one asked for');
  }
  const length = headers.get('content-length');
  if (length !== null && start + Number(length) !== options.bytes) {
    throw new PermanentError(
      `the server's file has ${start + Number(length)} bytes, expected ${options.bytes}`,
    );
  }
  return start;
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {DownloadOptions & { start: number; onActivity: () => void }} options
 */
async function appendBody(body, { part, bytes, start, onBytes, onActivity }) {
  const file = await open(part, start > 0 ? 'a' : 'w');
  try {
    let done = start;
    for await (const chunk of body) {
      onActivity();
      done += chunk.length;
      if (done > bytes) throw new PermanentError(`more came than the expected ${bytes} bytes`);
      await file.writeFile(chunk);
      onBytes?.(done);
    }
  } finally {
    await file.close();
  }
}

/** @param {number} stallMs */
function createStallWatch(stallMs) {
  const controller = new AbortController();
  const handleStall = () => controller.abort(new Error(`no bytes for ${stallMs / 1000} s`));
  let timer = setTimeout(handleStall, stallMs);
  return {
    signal: controller.signal,
    reset: () => {
      clearTimeout(timer);
      timer = setTimeout(handleStall, stallMs);
    },
    stop: () => clearTimeout(timer),
  };
}
