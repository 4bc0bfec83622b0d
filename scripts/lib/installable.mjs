// The bundler's plug-ins for an app that can be installed, works offline, and runs from any folder of any host. Node.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readCatalog } from './catalog.mjs';
import { fromEnvironment } from './deployment.mjs';
import { listFiles } from './files.mjs';
import { ROOT } from './paths.mjs';
import { SetupError, messageOf } from './setup-error.mjs';

const CATALOG = 'models/catalog.json';

/**
 * Of what is built, whatever their size: the page, its script and style, the workers' scripts, icons, and what the
 * models are.
 */
const SHELL = new RegExp(
  '^(?:index\\.html|icon\\.svg|manifest\\.webmanifest|icons/.+' +
    `|assets/(?:index|rolldown-runtime|[\\w-]+\\.work(?:er|let))-[^/]+|${CATALOG})$`,
  'u',
);
/** Several times the largest script: a file of this size is a model that strayed into the shell. */
const MAX_SHELL_FILE_BYTES = 2 * 1024 * 1024;
/**
 * Other scripts up to this size are of the shell, too: together half a megabyte, without which a page of an older
 * version would have nothing to start another engine with once the host has the next one.
 */
const SMALL_SCRIPT_BYTES = 128 * 1024;
const SCRIPT = /^assets\/[^/]+\.js$/u;
/** What is left of these are runtimes that only some choose: kept once they were asked for. */
const ASSET = /^assets\/[^/]+$/u;
/** Of a built script; what it imports later has parentheses. */
const STATIC_IMPORT = /\b(?:from|import)\s*["']\.\/([^"']+)["']/gu;

/** @returns {import('vite').Plugin[]} */
export function installable() {
  return [deployed(), serviceWorker()];
}

/**
 * Every file that the service worker keeps, at once or once it was asked for, with the digest that it must have: so it
 * never keeps a file of another version, of a host in the middle of an update, or one that was changed on its
 * way. Rejects with a SetupError when one for every visitor is too large for that.
 * @param {string} folder of the built site
 * @returns {Promise<import('../../workers/shell/shell-files.ts').ShellFile[]>}
 */
export async function listShellFiles(folder) {
  const files = [];
  /** @type {Map<string, string>} */
  const imported = new Map();
  for (const file of await listFiles(folder)) {
    const url = path.relative(folder, file).replaceAll(path.sep, '/');
    if (!SHELL.test(url) && !ASSET.test(url)) continue;
    const bytes = await readFile(file);
    const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
    const isSmallScript = SCRIPT.test(url) && bytes.length <= SMALL_SCRIPT_BYTES;
    if (!SHELL.test(url) && !isSmallScript) {
      files.push({ url, integrity, isLater: true });
      continue;
    }
    if (bytes.length > MAX_SHELL_FILE_BYTES) {
      throw new SetupError(`${url} is too large for the shell, which every visitor downloads.`);
    }
    files.push({ url, integrity });
    if (SCRIPT.test(url)) {
      for (const [, name = ''] of bytes.toString().matchAll(STATIC_IMPORT)) imported.set(name, url);
    }
  }
  for (const { url, isLater } of files) {
    const importer = imported.get(path.posix.basename(url));
    if (isLater !== true || importer === undefined) continue;
    throw new SetupError(`${url} is too large for the shell, whose ${importer} cannot do without.`);
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
 * Writes into the page, and beside it, what the build was told of the place it is published at. A wrong catalogue
 * fails the build with the path of what is wrong in it.
 * @returns {import('vite').Plugin}
 */
function deployed() {
  const { modelsUrl, modelsMirrors, catalogFile } = fromEnvironment(process.env);
  const places = [
    ...(modelsUrl === null ? [] : [{ name: 'parley-models-url', content: modelsUrl }]),
    ...modelsMirrors.map((content) => ({ name: 'parley-models-mirror', content })),
  ];
  return {
    name: 'parley deployment',
    apply: 'build',
    async buildStart() {
      // What cannot be read there would be told to visitors.
      await readCatalog(catalogFile ?? undefined).catch((/** @type {unknown} */ error) =>
        this.error(messageOf(error)),
      );
    },
    transformIndexHtml(html) {
      const origins = new Set(places.map(({ content }) => new URL(content).origin));
      return {
        html: html.replace("connect-src 'self'", ["connect-src 'self'", ...origins].join(' ')),
        tags: places.map((attrs) => ({ tag: 'meta', attrs, injectTo: 'head' })),
      };
    },
    async generateBundle() {
      if (catalogFile === null) return;
      const source = await readFile(catalogFile, 'utf8');
      this.emitFile({ type: 'asset', fileName: CATALOG, source });
    },
  };
}
