// Builds the page of `npm run gpu`: the product's code, as it is shipped.
import path from 'node:path';
import { defineConfig } from 'vite';
import { resolveConditions, sherpaModules } from '../../vite.config.ts';

const root = path.join(import.meta.dirname, '..', '..');

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: path.join(root, 'public'),
  resolve: { conditions: resolveConditions },
  plugins: [sherpaModules()],
  worker: { format: 'es', plugins: () => [sherpaModules()] },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    outDir: path.join(root, '.build', 'gpu'),
    emptyOutDir: true,
    // A page for runs on this machine: nobody downloads it.
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
