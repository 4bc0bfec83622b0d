// Builds the pages of the benchmarks: the product's code, and the packages that it is compared with.
import path from 'node:path';
import { defineConfig } from 'vite';
import { resolveConditions, sherpaModules } from '../vite.config.ts';

const folder = import.meta.dirname;
const peers = path.join(folder, 'peers', 'node_modules');
const pages = [
  ...['capture', 'conversation', 'mind', 'peer-voice', 'recogniser', 'rig', 'voice'],
  'voice-activity',
  'voice-likeness',
];

export default defineConfig({
  root: folder,
  base: './',
  publicDir: path.join(folder, '..', 'public'),
  resolve: {
    conditions: resolveConditions,
    alias: {
      'kokoro-js': path.join(peers, 'kokoro-js', 'dist', 'kokoro.js'),
      '@huggingface/transformers': path.join(
        ...[peers, '@huggingface', 'transformers', 'dist', 'transformers.web.js'],
      ),
      '@ricky0123/vad-web': path.join(peers, '@ricky0123', 'vad-web'),
    },
  },
  worker: { format: 'es', plugins: () => [sherpaModules()] },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    outDir: path.join(folder, '..', '.build', 'bench'),
    emptyOutDir: true,
    // Pages for runs on this machine: nobody downloads them.
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: Object.fromEntries(
        pages.map((page) => [page, path.join(folder, 'pages', page, 'index.html')]),
      ),
    },
  },
});
