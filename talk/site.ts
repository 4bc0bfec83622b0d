// Serves the built rig and the weights to one run. Node.
import { MODELS_DIR } from '../scripts/lib/paths.mjs';
import { createStaticServer, listen } from '../scripts/lib/static-server.mjs';
import { PAGE_DIR } from './page-build.ts';

export interface Site {
  /** Such as `http://localhost:40123`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** On a free port of this machine alone; `isIsolated` sends the headers for SharedArrayBuffer. */
export async function openSite(options: { isIsolated: boolean }): Promise<Site> {
  const server = createStaticServer({
    mounts: [
      { prefix: '/models/', folder: MODELS_DIR },
      { prefix: '/', folder: PAGE_DIR },
    ],
    isIsolated: options.isIsolated,
  });
  const port = await listen(server, { port: 0, host: 'localhost' });
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
