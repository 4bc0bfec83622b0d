// Serves the built site and the weights beside it, on this machine. Node.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf } from './setup-error.mjs';

/** @typedef {{ prefix: string; folder: string }} Mount URL path prefix, ending in `/` */
/** @typedef {{ start: number; end: number }} ByteRange first and last byte */

/** Modules and WASM are refused by browsers under any other type. */
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.mjs', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.map', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.md', 'text/plain; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.wasm', 'application/wasm'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.wav', 'audio/wav'],
]);
const OTHER_TYPE = 'application/octet-stream';

/** Cross-origin isolation: SharedArrayBuffer, and so threads. */
const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const MAX_PORT_TRIES = 20;
/** What the bundler names by its content, such as `/assets/speak.worker-DN9qFe9-.js`. */
const NAMED_BY_CONTENT = /[\\/]assets[\\/][^\\/]+-[\w-]{8}\.\w+$/u;
/** Asked for again, a browser would compile the runtime's WebAssembly anew: it keeps the code of unchanged answers only. */
const KEEP = 'public, max-age=31536000, immutable';

/**
 * A server over folders. The first mount whose prefix fits and whose folder has the file answers;
 * what no folder has is a 404 in plain text, never a page.
 * @param {{ mounts: readonly Mount[]; isIsolated: boolean }} options
 * @returns {import('node:http').Server}
 */
export function createStaticServer({ mounts, isIsolated }) {
  const shared = {
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
    ...(isIsolated ? ISOLATION_HEADERS : {}),
  };
  return createServer((request, response) => {
    for (const [name, value] of Object.entries(shared)) response.setHeader(name, value);
    answer(request, response, mounts).catch(() => {
      // The visitor went away, or the disk failed half-way: neither can be told any more.
      response.destroy();
    });
  });
}

/**
 * Listens on `port`, or on the next free one.
 * @param {import('node:http').Server} server
 * @param {{ port: number; host: string }} address
 * @returns {Promise<number>} the port taken
 */
export async function listen(server, { port, host }) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryListen(server, { port: port === 0 ? 0 : port + tries - 1, host });
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || tries === MAX_PORT_TRIES) throw error;
    }
  }
}

/**
 * @param {import('node:http').Server} server
 * @param {{ port: number; host: string }} address
 * @returns {Promise<number>}
 */
function tryListen(server, { port, host }) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {readonly Mount[]} mounts
 */
async function answer(request, response, mounts) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return sendText(response, 405, 'Only GET and HEAD.');
  }
  const urlPath = decodePath(request.url ?? '/');
  if (urlPath === null) return sendText(response, 400, 'The address cannot be decoded.');
  const found = await findFile(urlPath, mounts);
  if (found === null) return sendText(response, 404, `There is no file ${urlPath}.`);
  return sendFile(request, response, found);
}

/**
 * @param {string} url
 * @returns {string | null} the path without query, decoded; null when that is not possible
 */
function decodePath(url) {
  try {
    return decodeURIComponent(url.split(/[?#]/u)[0] ?? '/');
  } catch {
    return null;
  }
}

/**
 * @param {string} urlPath
 * @param {readonly Mount[]} mounts
 * @returns {Promise<{ file: string; bytes: number; etag: string } | null>}
 */
async function findFile(urlPath, mounts) {
  const segments = urlPath.split('/').slice(1);
  // `..`, hidden files, and what Windows or C would read as something else.
  if (segments.some((segment) => segment.startsWith('.') || /[\\:\0]/u.test(segment))) return null;
  const filePath = urlPath.endsWith('/') ? `${urlPath}index.html` : urlPath;
  for (const { prefix, folder } of mounts) {
    if (!filePath.startsWith(prefix)) continue;
    const file = path.join(folder, filePath.slice(prefix.length));
    const found = await stat(file).catch(() => null);
    if (found?.isFile() !== true) continue;
    const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
    return { file, bytes: found.size, etag };
  }
  return null;
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {{ file: string; bytes: number; etag: string }} found
 */
async function sendFile(request, response, { file, bytes, etag }) {
  response.setHeader('ETag', etag);
  if (NAMED_BY_CONTENT.test(file)) response.setHeader('Cache-Control', KEEP);
  response.setHeader('Accept-Ranges', 'bytes');
  if (request.headers['if-none-match']?.split(/\s*,\s*/u).includes(etag) === true) {
    response.writeHead(304).end();
    return;
  }
  const isStale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
  const range = isStale ? null : parseRange(request.headers.range, bytes);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${bytes}`);
    return sendText(response, 416, 'The file has no such range.');
  }
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  if (range !== null) response.setHeader('Content-Range', `bytes ${start}-${end}/${bytes}`);
  response.setHeader('Content-Type', TYPES.get(path.extname(file).toLowerCase()) ?? OTHER_TYPE);
  response.setHeader('Content-Length', end - start + 1);
  response.writeHead(range === null ? 200 : 206);
  if (request.method === 'HEAD' || bytes === 0) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
}

/**
 * One range of bytes (RFC 9110, section 14). Several at once, and other units, count as none.
 * @param {string | undefined} header
 * @param {number} bytes
 * @returns {ByteRange | 'unsatisfiable' | null}
 */
export function parseRange(header, bytes) {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/u.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const count = Math.min(Number(last), bytes);
    return count === 0 ? 'unsatisfiable' : { start: bytes - count, end: bytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= bytes ? 'unsatisfiable' : { start, end };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} text
 */
function sendText(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
