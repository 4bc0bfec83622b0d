// An OpenAI-compatible endpoint that dies in the middle of every answer. Node.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Long enough for the words to reach the page: a browser drops what it had not read at a reset. */
const DIES_AFTER_MS = 500;

export interface DyingEndpoint {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  close(): void;
}

/** Says `words`, then breaks the connection. */
export async function startDyingEndpoint(words: string): Promise<DyingEndpoint> {
  const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content: words } }] });
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${chunk}\n\n`);
    setTimeout(() => response.socket?.destroy(), DIES_AFTER_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
