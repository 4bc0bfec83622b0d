// Lint: type-aware rules, file and function limits, and the import rules of ARCHITECTURE.md.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/** Libraries that run models: allowed in `workers/` alone. */
const INFERENCE_LIBRARIES = [
  'onnxruntime-web',
  'onnxruntime-web/*',
  '@huggingface/transformers',
  '@mlc-ai/web-llm',
  '@wllama/wllama',
  'phonemizer',
  'llama-tokenizer-js',
  'sherpa-onnx/*',
];

/**
 * Which rooms of the house a room may import from (besides itself). Everything else is refused.
 * @type {Record<string, string[]>}
 */
const MAY_IMPORT = {
  'src/core': [],
  'src/text': ['src/core'],
  'src/turn': ['src/core', 'src/text'],
  'src/rpc': ['src/core'],
  'src/models': ['src/core'],
  'src/audio': ['src/core'],
  'src/engines': ['src/core', 'src/text', 'src/rpc', 'src/models'],
  'src/agent': ['src/core', 'src/text', 'src/turn'],
  'src/metrics': ['src/core', 'src/agent'],
  'src/browser': [
    'src/core',
    'src/rpc',
    'src/models',
    'src/audio',
    'src/engines',
    'src/agent',
    'workers',
  ],
  'src/testing': ['src/core', 'src/text', 'src/turn', 'src/agent', 'src/index.ts'],
  'src/offline': [],
  'src/app': ['src/index.ts', 'src/metrics.ts', 'src/offline'],
  'talk/page': ['src/index.ts', 'src/core'],
  'workers/worklets': ['src/core'],
  workers: [
    'src/core',
    'src/text',
    'src/turn',
    'src/rpc',
    'src/models',
    'src/engines',
    'src/agent',
    'src/offline',
  ],
};

const ROOMS = [
  'src/core',
  'src/text',
  'src/turn',
  'src/rpc',
  'src/models',
  'src/audio',
  'src/engines',
  'src/agent',
  'src/metrics',
  'src/browser',
  'src/testing',
  'src/offline',
  'src/app',
  'src/index.ts',
  'src/metrics.ts',
  'src/streaming.ts',
  'src/create-voice-agent.ts',
  'talk',
  'workers',
  'test',
  'e2e',
  'scripts',
];

const zones = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
  ROOMS.filter(
    (other) =>
      other !== room &&
      !allowed.includes(other) &&
      !room.startsWith(`${other}/`) &&
      !other.startsWith(`${room}/`),
  ).map((other) => ({
    target: `./${room}`,
    from: `./${other}`,
    message: `${room} may import only: ${allowed.join(', ') || 'itself'} (see ARCHITECTURE.md).`,
  })),
);

/** A worklet runs on the audio thread: nothing of the house but rings and sample arithmetic. */
const WORKLET_CORE =
  /\.\.\/\.\.\/src\/core\/(?!ring-buffer|capture-(?:host|ring)|playback-(?:host|ring)|playout|worklet-protocol|jitter-buffer|audio-chunk|pcm|resampler|framing|base64)/u;

export default defineConfig(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.models/**',
      '.build/**',
      '.cache/**',
      'test-results/**',
      'talk-out/**',
      'bench/peers/**',
      // AssemblyScript; what is made of it is TypeScript.
      'workers/kernels/!(*.wasm).ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    plugins: { 'import-x': importX },
    settings: {
      // Without these the cycle rule does not look into TypeScript files.
      'import-x/extensions': ['.ts', '.mjs', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: ['tsconfig.dom.json', 'tsconfig.worker.json'] }),
      ],
    },
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.dom.json',
          './tsconfig.worker.json',
          './tsconfig.worklet.json',
          './tsconfig.node.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      'max-lines': ['error', { max: 400, skipComments: true, skipBlankLines: true }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
      'max-depth': ['error', 4],
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: INFERENCE_LIBRARIES,
              message: 'Inference libraries are imported in workers/ only.',
            },
          ],
        },
      ],
      // Numbers in template strings are safe, and read better than String(x) around each.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => void promise` and `() => sink.push(x)` are this code base's listener style.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Fakes and adapters implement async contracts synchronously.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Asset imports have a default export by the bundler's convention.
    files: ['src/ambient.d.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['workers/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['workers/worklets/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: WORKLET_CORE.source,
              message: 'Worklets import rings, pcm, resampler and framing only.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'AbortController', 'console', 'Promise'],
    },
  },
  {
    files: ['test/**', 'e2e/**', 'talk/**', 'bench/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['scripts/**', '*.config.ts', '*.config.js', 'talk/*.ts', 'talk/report/**', 'bench/**'],
    rules: {
      'no-console': 'off',
      'import-x/no-default-export': 'off',
      // The compiler checks names in these files, and knows Node's.
      'no-undef': 'off',
    },
  },
);
