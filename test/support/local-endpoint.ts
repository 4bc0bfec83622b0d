// What fake endpoints have in common: a free port of this machine, pages of other origins let in, requests
// that the client gave up, an end. Node.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalEndpoint {
  /** `http://host:port`, without a path. */
  readonly origin: string;
  /** The origin and `/v1`, as OpenAI-compatible servers have it. */
  readonly baseUrl: string;
  /** Answers whose connection the client closed before their end. */
  readonly cutByClient: number;
  /** Resolves once there are so many of them. */
  waitForCut(count: number): Promise<void>;
  close(): Promise<void>;
}

/** What a page asks before a request is answered here. A request that `handle` rejects loses its connection. */
export async function openLocalEndpoint(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LocalEndpoint> {
  const cut = { count: 0, listeners: new Set<() => void>() };
  const server = createServer((request, response) => {
    allowOrigin(request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    response.on('close', () => {
      if (response.writableEnded) return;
      cut.count += 1;
      for (const listener of cut.listeners) listener();
    });
    void handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    baseUrl: `${origin}/v1`,
    get cutByClient() {
      return cut.count;
    },
    waitForCut: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (cut.count >= count) resolve();
        };
        cut.listeners.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The whole body. */
export async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const part of request) chunks.push(part as Uint8Array);
  return Buffer.concat(chunks);
}

function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-headers', 'authorization, content-type');
  response.setHeader('access-control-expose-headers', 'retry-after');
}
