// What fake endpoints have in common: a free port of this machine, requests that the client gave up, an end. Node.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalEndpoint {
  readonly baseUrl: string;
  /** Answers whose connection the client closed before their end. */
  readonly cutByClient: number;
  /** Resolves once there are so many of them. */
  waitForCut(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A request that `handle` rejects loses its connection. */
export async function openLocalEndpoint(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LocalEndpoint> {
  const cut = { count: 0, listeners: new Set<() => void>() };
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (response.writableEnded) return;
      cut.count += 1;
      for (const listener of cut.listeners) listener();
    });
    void handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
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
