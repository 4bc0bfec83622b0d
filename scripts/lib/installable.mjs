// The bundler's plug-ins for an app that can be installed, works offline, and runs from any folder of any host. Node.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { VARIABLES } from './deployment.mjs';
import { listFiles } from './files.mjs';
import { ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

const CATALOG = 'models/catalog.json';

/**
 * Of what is built: the page, its script and style, the workers' scripts, icons, and what the models are. All else are
 * runtimes that only some choose: the service worker keeps them once they were asked for.
 */
const SHELL = new RegExp(
  '^(?:index\\.html|icon\\.svg|manifest\\.webmanifest|icons/.+' +
    `|assets/(?:index|rolldown-runtime|[\\w-]+\\.work(?:er|let))-[^/]+|${CATALOG})$`,
  'u',
);
/** Several times the largest script: a file of this size is a model that strayed into the shell. */
const MAX_SHELL_FILE_BYTES = 2 * 1024 * 1024;

/** @returns {import('vite').Plugin[]} */
export function installable() {
  return [deployed(), serviceWorker()];
}

/**
 * Every file that the service worker fetches when it is installed, with the digest that it must have: so it
 * never keeps a file of another version, of a host in the middle of an update, or one that was changed on its
 * way. Rejects with a SetupError when a file is too large to be one of them.
 * @param {string} folder of the built site
 * @returns {Promise<import('../../workers/shell/shell-files.ts').ShellFile[]>}
 */
export async function listShellFiles(folder) {
  const files = [];
  for (const file of await listFiles(folder)) {
    const url = path.relative(folder, file).replaceAll(path.sep, '/');
    if (!SHELL.test(url)) continue;
    const bytes = await readFile(file);
    if (bytes.length > MAX_SHELL_FILE_BYTES) {
      throw new SetupError(`${url} is too large for the shell, which every visitor downloads.`);
    }
    const digest = createHash('sha256').update(bytes).digest('base64');
    files.push({ url, integrity: `sha256-${digest}` });
  }
  return files;
}

/**
 * Builds the service worker once all files are there that it lists. One classic script: not every browser
 * takes a module for it.
 * @returns {import('vite').Plugin}
 */
function serviceWorker() {
  let folder = '';
  return {
    name: 'parley service worker',
    apply: 'build',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir);
    },
    // The page registers it where it finds the manifest: never in development.
    transformIndexHtml: () => [
      { tag: 'link', attrs: { rel: 'manifest', href: './manifest.webmanifest' }, injectTo: 'head' },
    ],
    async closeBundle(error) {
      if (error !== undefined) return;
      const { build } = await import('vite');
      await build({
        configFile: false,
        root: ROOT,
        publicDir: false,
        logLevel: 'warn',
        define: { SHELL_FILES: JSON.stringify(await listShellFiles(folder)) },
        build: {
          target: 'es2023',
          outDir: folder,
          emptyOutDir: false,
          rolldownOptions: {
            input: path.join(ROOT, 'workers', 'service-worker.ts'),
            output: { format: 'iife', entryFileNames: '[name].js' },
          },
        },
      });
    },
  };
}

/**
 * Writes into the page, and beside it, what the build was told of the place it is published at.
 * @returns {import('vite').Plugin}
 */
function deployed() {
  const modelsUrl = process.env[VARIABLES.modelsUrl] ?? '';
  const catalogFile = process.env[VARIABLES.catalogFile] ?? '';
  return {
    name: 'parley deployment',
    apply: 'build',
    transformIndexHtml(html) {
      if (modelsUrl === '') return html;
      const { origin } = new URL(modelsUrl);
      const attrs = { name: 'parley-models-url', content: modelsUrl };
      return {
        html: html.replace("connect-src 'self'", `connect-src 'self' ${origin}`),
        tags: [{ tag: 'meta', attrs, injectTo: 'head' }],
      };
    },
    async generateBundle() {
      if (catalogFile === '') return;
      const source = await readFile(catalogFile, 'utf8');
      this.emitFile({ type: 'asset', fileName: CATALOG, source });
    },
  };
}
