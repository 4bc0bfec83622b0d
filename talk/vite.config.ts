// Builds the pages of the talk rig; what it serves is decided by the launcher.
import path from 'node:path';
import { defineConfig } from 'vite';
import { resolveConditions, sherpaModules } from '../vite.config.ts';

const folder = import.meta.dirname;

export default defineConfig({
  root: folder,
  base: './',
  publicDir: path.join(folder, '..', 'public'),
  resolve: { conditions: resolveConditions },
  worker: { format: 'es', plugins: () => [sherpaModules()] },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    outDir: path.join(folder, '..', '.build', 'talk'),
    emptyOutDir: true,
    // One page for one run on this machine: nobody downloads it.
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: {
        page: path.join(folder, 'page', 'index.html'),
        listen: path.join(folder, 'listen', 'index.html'),
        speak: path.join(folder, 'speak', 'index.html'),
      },
    },
  },
});
