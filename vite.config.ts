// Builds the app, and serves weights and recordings to it in development and in browser tests.
import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { installable } from './scripts/lib/installable.mjs';

const root = import.meta.dirname;

/** Cross-origin isolation: SharedArrayBuffer, and so threads and shared rings. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Serves files of a folder outside `public/` under a URL prefix, in the dev server only. */
function serveFolder(prefix: string, folder: string): Plugin {
  return {
    name: `serve ${prefix}`,
    configureServer(server) {
      server.middlewares.use(prefix, (request, response, next) => {
        const file = path.join(folder, decodeURIComponent((request.url ?? '').split('?')[0] ?? ''));
        if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
          next();
          return;
        }
        response.setHeader('Content-Type', 'application/octet-stream');
        response.setHeader('Content-Length', statSync(file).size);
        response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
        createReadStream(file).pipe(response);
      });
    },
  };
}

export const servedFolders = (): Plugin[] => [
  serveFolder('/models', path.join(root, '.models')),
  serveFolder('/recordings', path.join(root, '.cache', 'recordings')),
];

/** sherpa-onnx is published for Node alone: its scripts become modules, with our stand-in for what they ask of Node. */
export function sherpaModules(): Plugin {
  const standIn = JSON.stringify(path.join(root, 'workers/runtimes/sherpa/node-stand-in.ts'));
  return {
    name: 'sherpa-onnx as modules',
    enforce: 'pre',
    transform(code, id) {
      if (!/node_modules\/sherpa-onnx\/[\w-]+\.js(?:\?v=\w+)?$/u.test(id)) return null;
      const head = `import { __dirname, __filename, process, require } from ${standIn};`;
      const module = 'const module = { exports: {} }; const exports = module.exports;';
      const body = code.replaceAll('globalThis.process', 'process');
      return { code: `${head}${module}\n${body}\nexport default module.exports;`, map: null };
    },
  };
}

/** The ORT build whose WASM is a separate file, so that one copy is shared and can be hashed. */
export const resolveConditions = [
  'onnxruntime-web-use-extern-wasm',
  'module',
  'browser',
  'development|production',
];

/** Not every host knows that `.mjs` is a script, and browsers run no script of another type. */
function assetFileNames({ names }: { readonly names: readonly string[] }): string {
  const isModule = names.some((name) => name.endsWith('.mjs'));
  return `assets/[name]-[hash]${isModule ? '.js' : '[extname]'}`;
}

export default defineConfig({
  base: './',
  resolve: { conditions: resolveConditions },
  plugins: [servedFolders(), sherpaModules(), installable()],
  server: { headers: ISOLATION_HEADERS },
  worker: {
    format: 'es',
    plugins: () => [sherpaModules()],
    rolldownOptions: { output: { assetFileNames } },
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    outDir: 'dist',
    rolldownOptions: {
      input: { index: path.join(root, 'index.html') },
      output: { assetFileNames },
    },
  },
});
