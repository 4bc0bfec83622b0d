// Rings of tests: pure ones in Node, engines and audio in a real Chromium, isolated and plain, and WebGPU in software.
import path from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import type { TestProjectConfiguration } from 'vitest/config';
import {
  closeFaultyModel,
  reportFaultyModel,
  serveFaultyModel,
} from './test/support/faulty-server-commands.ts';
import { serveToys } from './test/support/serve-toys.ts';
import {
  ISOLATION_HEADERS,
  resolveConditions,
  servedFolders,
  sherpaModules,
} from './vite.config.ts';

const chromium = process.env['PARLEY_CHROMIUM'] ?? '/usr/bin/chromium';

/** Tests crash its process more often than a browser starts it again, and gives it to the same page. */
const WEBGPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--disable-gpu-process-crash-limit',
  '--disable-domain-blocking-for-3d-apis',
];

interface BrowserProjectOptions {
  /** Pages have SharedArrayBuffer. */
  readonly isolated: boolean;
  /** They have WebGPU, in software where there is no graphics processor. */
  readonly hasWebgpu?: boolean;
  readonly include: string[];
}

function browserProject(name: string, options: BrowserProjectOptions): TestProjectConfiguration {
  return {
    root: import.meta.dirname,
    resolve: { conditions: resolveConditions },
    plugins: [...servedFolders(), sherpaModules(), serveToys()],
    server: options.isolated ? { headers: ISOLATION_HEADERS } : {},
    worker: { format: 'es' },
    optimizeDeps: {
      exclude: [
        'onnxruntime-web',
        '@huggingface/transformers',
        '@mlc-ai/web-llm',
        '@wllama/wllama',
        'phonemizer',
        '@echogarden/espeak-ng-emscripten',
        'sherpa-onnx',
      ],
      include: [
        '@cfworker/json-schema',
        '@huggingface/jinja',
        'comlink',
        'hash-wasm',
        'llama-tokenizer-js',
        'valibot',
        'eventsource-parser',
      ],
    },
    test: {
      name,
      include: options.include,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      fileParallelism: false,
      browser: {
        enabled: true,
        commands: { serveFaultyModel, reportFaultyModel, closeFaultyModel },
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            executablePath: chromium,
            args: [
              '--no-sandbox',
              ...(options.hasWebgpu === true ? WEBGPU_FLAGS : ['--disable-gpu']),
              '--disable-quic',
              '--no-first-run',
              '--disable-background-networking',
              '--disable-component-update',
              '--disable-sync',
              '--autoplay-policy=no-user-gesture-required',
              '--use-fake-ui-for-media-stream',
              '--use-fake-device-for-media-stream',
              // Engines of sherpa-onnx compile at once, which a page may not: their suites run on one.
              '--enable-features=WebAssemblyUnlimitedSyncCompilation',
            ],
          },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        root: path.join(import.meta.dirname),
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.node.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
        },
      },
      browserProject('isolated', {
        isolated: true,
        include: ['test/browser/**/*.test.ts', 'test/contract/**/*.browser.test.ts'],
      }),
      browserProject('plain', { isolated: false, include: ['test/browser/**/*.test.ts'] }),
      browserProject('webgpu', {
        ...{ isolated: true, hasWebgpu: true },
        include: ['test/webgpu/**/*.test.ts'],
      }),
    ],
  },
});
