// An OpenAI-compatible endpoint that dies in the middle of every answer. Node.
import { openLocalEndpoint } from '../../test/support/local-endpoint.ts';
import type { LocalEndpoint } from '../../test/support/local-endpoint.ts';

/** Long enough for the words to reach the page: a browser drops what it had not read at a reset. */
const DIES_AFTER_MS = 500;

/** Says `words`, then breaks the connection. */
export function startDyingEndpoint(words: string): Promise<LocalEndpoint> {
  const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content: words } }] });
  return openLocalEndpoint((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${chunk}\n\n`);
    setTimeout(() => response.socket?.destroy(), DIES_AFTER_MS);
    return Promise.resolve();
  });
}
