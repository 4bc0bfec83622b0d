// Weights on an origin of their own, as a plain file server has them: no answer to a preflight, no headers but what a
// test wants. Node.
import { MODELS_DIR } from '../../scripts/lib/paths.mjs';
import { createStaticServer, listen } from '../../scripts/lib/static-server.mjs';
import { closeServer } from './static-hosts.ts';
import type { HostAnswer } from './static-hosts.ts';

export interface ModelsHost {
  /** Of the model folders, ending in `/`. */
  readonly url: string;
  /** All so far, in the order in which they ended. */
  readonly answers: readonly HostAnswer[];
  close(): Promise<void>;
}

/** @param headers of every answer */
export async function openModelsHost(
  headers: Readonly<Record<string, string>>,
): Promise<ModelsHost> {
  const server = createStaticServer({
    mounts: [{ prefix: '/', folder: MODELS_DIR }],
    isIsolated: false,
  });
  const answers: HostAnswer[] = [];
  server.prependListener('request', ({ url = '', method = '' }, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.once('close', () => answers.push({ path: url, method, status: response.statusCode }));
  });
  const port = await listen(server, { port: 0, host: 'localhost' });
  return { url: `http://localhost:${port}/`, answers, close: () => closeServer(server) };
}
