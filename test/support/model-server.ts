// A file server that misbehaves when told to: cuts, stalls, refuses, changes its files. Node.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** What is done to one answer; all are of real servers, proxies and networks. */
export type Fault =
  | { readonly kind: 'none' }
  /** The connection ends after so many bytes of the answer, which arrive. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The connection is torn down after so many bytes: what was on its way is lost. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Nothing comes after so many bytes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'status'; readonly status: number }
  /** Status 200 and a web page. */
  | { readonly kind: 'page' }
  /** Status 200 and the whole file, whatever was asked for. */
  | { readonly kind: 'no-ranges' }
  /** Status 206 and that range of what gzip makes of the file; whole, gzip's answer to all of it. */
  | { readonly kind: 'gzip' }
  /** Status 206 and the right bytes, each bit turned. */
  | { readonly kind: 'mangled-range' }
  /** Status 206, the right bytes, and this in place of the right `Content-Range`; null sends none. */
  | { readonly kind: 'content-range'; readonly value: string | null }
  /** Status 206, the right headers but for the length, and so many bytes more than they say or, below 0, less. */
  | { readonly kind: 'range-length'; readonly moreBytes: number }
  /** Status 206 and the beginning of the range alone, as the headers say. */
  | { readonly kind: 'capped-range'; readonly bytes: number };

export interface ServedRequest {
  /** Counted from 0. */
  readonly number: number;
  readonly path: string;
  /** First byte asked for; 0 without a range. */
  readonly start: number;
  /** Behind the last byte asked for; the file's length without a range. */
  readonly end: number;
  readonly hasRange: boolean;
  /** Bytes of the file that were handed to the connection so far. */
  sentBytes: number;
}

export interface ModelServerOptions {
  /** Contents by path, such as `/models/m/a.bin`. */
  readonly files: Map<string, Uint8Array>;
  readonly behave?: (request: ServedRequest) => Fault;
  /** Null sends none. */
  readonly etag?: () => string | null;
  readonly bytesPerSecond?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether pages of other origins may send headers of their choice: else 405 when they ask. */
  readonly takesAnyHeaders?: boolean;
  /** Content types by path; bytes unless given. */
  readonly typeOf?: (path: string) => string;
}

export interface ModelServer {
  readonly origin: string;
  readonly requests: readonly ServedRequest[];
  /** Bytes of files that were handed to connections. */
  readonly sentBytes: number;
  close(): Promise<void>;
}

const SLICE_BYTES = 64 * 1024;

export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const state = { requests: [] as ServedRequest[], sentBytes: 0 };
  const server = createServer((request, response) => {
    answer(request, response, { ...options, state }).catch(() => response.destroy());
  });
  await listen(server);
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: state.requests,
    get sentBytes() {
      return state.sentBytes;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answering extends ModelServerOptions {
  readonly state: { readonly requests: ServedRequest[]; sentBytes: number };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
): Promise<void> {
  const { files, behave, etag, state, bytesPerSecond = Infinity, headers = {}, typeOf } = answering;
  const path = (request.url ?? '').split('?')[0] ?? '';
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Another origin's page asks whether it may send what it wants to.
  if (request.method === 'OPTIONS') {
    response.writeHead(answering.takesAnyHeaders === false ? 405 : 204).end();
    return;
  }
  const file = files.get(path);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/u.exec(request.headers.range ?? '') ?? [];
  const served: ServedRequest = {
    ...{ number: state.requests.length, path, start: Number(first ?? 0) },
    ...{ end: last === undefined ? file.length : Number(last) + 1, hasRange: first !== undefined },
    sentBytes: 0,
  };
  state.requests.push(served);
  const fault = behave?.(served) ?? { kind: 'none' };
  const tag = etag?.() ?? null;
  if (tag !== null) response.setHeader('ETag', tag);
  if (fault.kind === 'status') {
    response.writeHead(fault.status).end();
    return;
  }
  if (fault.kind === 'page') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>');
    return;
  }
  const isRange = served.hasRange && fault.kind !== 'no-ranges';
  const content = toContent(file, fault, isRange);
  const start = isRange ? served.start : 0;
  const lastEnd = isRange ? Math.min(served.end, content.length) : content.length;
  const end = fault.kind === 'capped-range' ? Math.min(lastEnd, start + fault.bytes) : lastEnd;
  if (isRange && start >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  const moreBytes = isRange && fault.kind === 'range-length' ? fault.moreBytes : 0;
  response.setHeader('Content-Type', typeOf?.(path) ?? 'application/octet-stream');
  response.setHeader('Content-Length', end - start + moreBytes);
  if (fault.kind === 'gzip') response.setHeader('Content-Encoding', 'gzip');
  const contentRange =
    fault.kind === 'content-range' ? fault.value : `bytes ${start}-${end - 1}/${content.length}`;
  if (isRange && contentRange !== null) response.setHeader('Content-Range', contentRange);
  response.writeHead(isRange ? 206 : 200);
  response.flushHeaders();
  const limit = 'afterBytes' in fault ? Math.min(end, start + fault.afterBytes) : end + moreBytes;
  for (let at = start; at < limit && !response.destroyed; at += SLICE_BYTES) {
    const slice = content.subarray(at, Math.min(at + SLICE_BYTES, limit));
    state.sentBytes += slice.length;
    served.sentBytes += slice.length;
    if (!response.write(slice)) await drained(response);
    if (bytesPerSecond < Infinity) await delay((1_000 * slice.length) / bytesPerSecond);
  }
  if (!('afterBytes' in fault) || (limit === end && fault.kind !== 'stall')) response.end();
  // Gently, so that what was sent arrives.
  else if (fault.kind === 'cut') response.socket?.end();
  else if (fault.kind === 'reset') response.socket?.resetAndDestroy();
}

/** By the file's bytes. */
const compressed = new WeakMap<Uint8Array, Uint8Array>();

/** What is sent, or a range of it. */
function toContent(file: Uint8Array, { kind }: Fault, isRange: boolean): Uint8Array {
  if (kind === 'gzip') {
    const content = compressed.get(file) ?? gzipSync(file, { level: 1 });
    compressed.set(file, content);
    return content;
  }
  return kind === 'mangled-range' && isRange ? file.map((byte) => byte ^ 255) : file;
}

/** Also when the connection is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const handle = (): void => {
      response.off('drain', handle).off('close', handle);
      resolve();
    };
    response.on('drain', handle).on('close', handle);
  });
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
