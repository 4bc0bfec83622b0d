// Serves the built rig and the weights to one run. Node.
import { MODELS_DIR } from '../scripts/lib/paths.mjs';
import { createStaticServer, listen } from '../scripts/lib/static-server.mjs';
import { PAGE_DIR } from './page-build.ts';

export interface Site {
  /** Such as `http://localhost:40123`. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** Sends the headers for SharedArrayBuffer. */
  readonly isIsolated: boolean;
  /** Of the built page; default the rig's own. */
  readonly folder?: string;
  /** Served besides page and weights. */
  readonly mounts?: readonly { readonly prefix: string; readonly folder: string }[];
}

/** On a free port of this machine alone. */
export async function openSite(options: SiteOptions): Promise<Site> {
  const server = createStaticServer({
    mounts: [
      { prefix: '/models/', folder: MODELS_DIR },
      ...(options.mounts ?? []),
      { prefix: '/', folder: options.folder ?? PAGE_DIR },
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
