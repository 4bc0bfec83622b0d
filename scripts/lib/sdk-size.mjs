// What a page downloads for the SDK itself, and whether a model library got into it. Node.
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/** Promised in docs/benchmarks.md. */
export const SDK_LIMIT_BYTES = 35 * 1024;

/** Libraries that run models: they belong into workers. */
const INFERENCE_LIBRARY =
  /node_modules\/(onnxruntime-\w+|@wllama\/wllama|@huggingface\/\w+|@mlc-ai\/web-llm|sherpa-onnx|phonemizer|@echogarden\/[\w-]+|llama-tokenizer-js)\//u;

/**
 * @typedef {object} SdkSize
 * @property {number} gzipBytes the public API, minified, with all it imports but worker and worklet scripts
 * @property {readonly string[]} libraries model libraries inside; none should be
 */

/**
 * Bundles the public API as a page would.
 * @param {string} [entry] the module a page imports
 * @returns {Promise<SdkSize>}
 */
export async function measureSdk(entry = path.join(ROOT, 'src', 'index.ts')) {
  const { build } = await import('vite');
  const output = await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'error',
    plugins: [withoutScripts, withoutPreloads],
    build: {
      target: 'es2023',
      write: false,
      minify: true,
      // A library keeps its white space otherwise, for the bundler of the page to take away.
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' },
      modulePreload: false,
    },
  });
  const chunks = [output].flat().flatMap((each) => ('output' in each ? each.output : []));
  const code = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk] : []));
  const libraries = code
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((id) => INFERENCE_LIBRARY.exec(id)?.[1] ?? []);
  const gzipBytes = code.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
  return { gzipBytes, libraries: [...new Set(libraries)] };
}

/**
 * Rejects with a SetupError when the SDK is too large or holds a model library.
 * @param {SdkSize} size
 * @returns {void}
 */
export function checkSdk({ gzipBytes, libraries }) {
  if (libraries.length > 0) {
    throw new SetupError(
      `The SDK imports ${libraries.join(', ')}: model libraries are imported in workers/ only.`,
    );
  }
  if (gzipBytes <= SDK_LIMIT_BYTES) return;
  const kibibytes = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1);
  throw new SetupError(
    `The SDK has ${kibibytes(gzipBytes)} KiB gzipped, more than ${kibibytes(SDK_LIMIT_BYTES)}.`,
  );
}

/**
 * Scripts of other threads are files of their own: their addresses are left as they are.
 * @type {import('vite').Plugin}
 */
const withoutScripts = {
  name: 'leave worker scripts out',
  enforce: 'pre',
  resolveId: (id) => (id.includes('?worker') ? { id, external: true } : null),
  transform: (code, id) =>
    id.endsWith('worker-scripts.ts')
      ? code.replaceAll('import.meta.url', 'document.baseURI')
      : null,
};

/**
 * What Vite puts around each `import()` of a page, to fetch its styles and chunks ahead, is the page's and not the SDK's.
 * @type {import('vite').Plugin}
 */
const withoutPreloads = {
  name: 'leave the preloads of a page out',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
};
