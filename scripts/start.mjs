// `npm start -- [--port N] [--host H] [--plain]`: the app on this machine, set up by itself. Node.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from './lib/build.mjs';
import { chooseModels, loadCatalog } from './lib/catalog.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { fetchModels } from './lib/fetch-models.mjs';
import { DIST_DIR, MODELS_DIR } from './lib/paths.mjs';
import { SetupError, runMain } from './lib/setup-error.mjs';
import { createStaticServer, listen } from './lib/static-server.mjs';

const USAGE = `npm start -- [options]
Fetches what is missing, builds what changed, and serves the app.
  --port N   the port to try first (default 8080)
  --host H   the address to listen on (default localhost; 0.0.0.0 for the whole network)
  --plain    without the headers for cross-origin isolation, as on a simple static host`;

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: 'localhost' },
      plain: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SetupError(`--port ${values.port} is no port number`);
  }
  await ensureDependencies();
  await fetchModels(chooseModels(await loadCatalog(), {}));
  await ensureBuild();
  const server = createStaticServer({
    mounts: [
      { prefix: '/models/', folder: MODELS_DIR },
      { prefix: '/', folder: path.resolve(DIST_DIR) },
    ],
    isIsolated: !values.plain,
  });
  const taken = await listen(server, { port, host: values.host });
  console.log(`Parley is at http://${values.host}:${taken}/  (Ctrl-C ends it)`);
  return 0;
}

await runMain(main);
