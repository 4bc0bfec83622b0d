// One answer of a stand-in for a static host: redirects, headers, entity tags, ranges and compression. Node.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { parseRange } from '../../scripts/lib/static-server.mjs';
import type { HeaderRule } from './header-rules.ts';
import type { HostBehaviour } from './static-hosts.ts';

export interface HostedSite {
  /** A folder. */
  readonly site: string;
  readonly rules: readonly HeaderRule[];
  readonly behaviour: HostBehaviour;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What such hosts know of types; anything else is bytes. */
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'application/javascript'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.wasm', 'application/wasm'],
  ['.webmanifest', 'application/manifest+json'],
]);

/** Rejects when the visitor goes away before the end. */
export async function answer(exchange: Exchange, hosted: HostedSite): Promise<void> {
  const { request, response } = exchange;
  const { behaviour, site } = hosted;
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const address = decodeURIComponent(pathname);
  setHeaders(response, address, hosted);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const redirect = await findRedirect(address, hosted);
  if (redirect !== null) {
    response.writeHead(behaviour.redirectStatus, { Location: `${redirect}${search}` }).end();
    return;
  }
  const found = await findFile(address, hosted);
  const file = found ?? (behaviour.missing === 'app' ? path.join(site, 'index.html') : null);
  if (file !== null) await sendFile(exchange, file, behaviour);
  else response.writeHead(404, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Not found');
}

/** Those of `_headers` take the place of the host's own; those that it names twice are joined. */
function setHeaders(
  response: ServerResponse,
  address: string,
  { behaviour, rules }: HostedSite,
): void {
  const chosen = new Map<string, string>();
  for (const { name, value } of rules.filter(({ pattern }) => pattern.test(address))) {
    const earlier = chosen.get(name);
    chosen.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  for (const [name, value] of [...Object.entries(behaviour.headers), ...chosen]) {
    response.setHeader(name, value);
  }
}

async function findRedirect(address: string, hosted: HostedSite): Promise<string | null> {
  const { behaviour } = hosted;
  if (behaviour.hidesIndex && address.endsWith('/index.html')) {
    return address.slice(0, -'index.html'.length);
  }
  if (address.endsWith('/') || (await findFile(address, hosted)) !== null) return null;
  return (await findFile(`${address}/`, hosted)) === null ? null : `${address}/`;
}

async function findFile(address: string, { site, behaviour }: HostedSite): Promise<string | null> {
  if (!address.startsWith(behaviour.folder)) return null;
  const name = address.slice(behaviour.folder.length);
  if (behaviour.readsHeaders && name === '_headers') return null;
  const file = path.join(site, name === '' || name.endsWith('/') ? `${name}index.html` : name);
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true ? file : null;
}

async function sendFile(
  { request, response }: Exchange,
  file: string,
  behaviour: HostBehaviour,
): Promise<void> {
  const { size, mtimeMs } = await stat(file);
  const type = TYPES.get(path.extname(file)) ?? 'application/octet-stream';
  // Browsers ask for a range of the file as it is, with `Accept-Encoding: identity`.
  const takesGzip = request.headers['accept-encoding']?.includes('gzip') === true;
  const isCompressed = takesGzip && behaviour.compresses.test(type);
  const plainTag = `"${Math.round(mtimeMs).toString(16)}-${size.toString(16)}"`;
  const tag = isCompressed ? behaviour.toCompressedTag(plainTag) : plainTag;
  response.setHeader('ETag', tag);
  response.setHeader('Vary', 'Accept-Encoding');
  if (isSameTag(request.headers['if-none-match'], tag)) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('Content-Type', type);
  if (isCompressed) {
    response.setHeader('Content-Encoding', 'gzip');
    response.writeHead(200);
    if (request.method === 'HEAD') response.end();
    else await pipeline(createReadStream(file), createGzip({ level: 1 }), response);
    return;
  }
  if (behaviour.knowsRanges) response.setHeader('Accept-Ranges', 'bytes');
  const range = behaviour.knowsRanges ? findRange(request, size, tag) : null;
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range !== null) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.setHeader('Content-Length', end - start + 1);
  response.writeHead(range === null ? 200 : 206);
  if (request.method === 'HEAD' || size === 0) response.end();
  else await pipeline(createReadStream(file, { start, end }), response);
}

/** As far as RFC 9110 wants it for `If-None-Match`: weak and strong tags are alike. */
function isSameTag(header: string | undefined, tag: string): boolean {
  const toPlain = (one: string): string => one.trim().replace(/^W\//u, '');
  return header?.split(',').map(toPlain).includes(toPlain(tag)) === true;
}

function findRange({ headers }: IncomingMessage, size: number, tag: string) {
  const isStale = headers['if-range'] !== undefined && headers['if-range'] !== tag;
  return isStale ? null : parseRange(headers.range, size);
}
