// All that other options would fetch, libraries included, and how large those are. Node.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { UNPROBED_ENGINES } from '../../../src/agent/engine-choice.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { downloadsFor } from '../../../src/browser/required-downloads.ts';
import type { DownloadsDevice } from '../../../src/browser/required-downloads.ts';
import { LIBRARIES } from '../../../src/browser/required-libraries.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { modelKind } from '../../../src/models/model-kind.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const shipped = parseCatalog(
  JSON.parse(readFileSync(path.join(ROOT, 'public/models/catalog.json'), 'utf8')),
);
const [like] = shipped.models;
const toModel = (
  id: string,
  task: CatalogModel['task'],
  names: readonly string[],
): CatalogModel => ({
  ...{ ...like!, id, task, languages: ['en'], backends: ['wasm', 'webgpu'] },
  files: names.map((name) => ({ ...like!.files[0]!, name })),
});
const hub = ['config.json', 'tokenizer.json'];
const ears = ['encoder.onnx', 'decoder.onnx', 'joiner.onnx', 'tokens.txt'];
const whisper = toModel('whisper', 'stt', [
  ...[...hub, 'preprocessor_config.json', 'encoder_model.onnx', 'decoder_model_merged.onnx'],
]);
const transducer = toModel('transducer', 'stt', ears);
const text = toModel('text', 'llm', [...hub, 'model.onnx']);
const compiled = toModel('compiled', 'llm', [
  ...['mlc-chat-config.json', 'tensor-cache.json', 'tokenizer.json', 'compiled.wasm'],
]);
const gguf = toModel('gguf', 'llm', ['model.gguf']);
const vits = toModel('vits', 'tts', ['tokens.txt', 'lexicon.txt', 'voice.onnx']);
const joe = toModel('joe', 'tts', ['joe.onnx', 'joe.onnx.json']);
const spotter = toModel('spotter', 'wake', [...ears, 'keywords.txt']);
const own = [whisper, transducer, text, compiled, gguf, vits, joe, spotter];
const catalog = { ...shipped, models: [...shipped.models, ...own] };

const device = (change: Partial<DownloadsDevice> = {}): DownloadsDevice => ({
  selection: { chosen: UNPROBED_ENGINES, betterVoice: null, betterLlm: null, spareLlm: null },
  probe: { gpu: { kind: 'none', name: '', hasFloat16: false } },
  isBrowserModelMissing: false,
  ...change,
});
const onGpu = device({ probe: { gpu: { kind: 'hardware', name: '', hasFloat16: true } } });
const local = (modelId: string) => ({ kind: 'local', modelId }) as const;
const idsOf = (options: VoiceAgentOptions, on = device(), from = catalog): string[] =>
  downloadsFor(from, options, on).libraries.map(({ id }) => id);

const assets = { modelsUrl: 'https://example.org/models/' };
const options = (engines: VoiceAgentOptions['engines'], voice = {}): VoiceAgentOptions => ({
  ...{ assets, voice },
  ...(engines === undefined ? {} : { engines }),
});

beforeAll(() => void vi.stubGlobal('document', { baseURI: 'https://example.org/' }));
afterAll(() => void vi.unstubAllGlobals());

describe('libraries', () => {
  test('none is needed for the models of the catalogue', () => {
    expect(idsOf(options({}))).toEqual([]);
    for (const tts of ['piper', 'flite', 'none'] as const) {
      expect(idsOf(options({ tts, turn: 'timer', vad: 'energy' }))).toEqual([]);
    }
  });

  test('eSpeak is, with its licence, where it is asked for or no lexicon is served, and something is spoken', () => {
    const espeak = downloadsFor(catalog, options({}, { phonemes: 'espeak' }), device()).libraries;
    expect(espeak).toMatchObject([
      { id: 'espeak', bytes: 1_322_380, licence: 'GPL-3.0-or-later', task: 'phonemes' },
    ]);
    expect(new URL(espeak[0]!.source).pathname).toMatch(/\/$/u);
    const models = catalog.models.filter(({ task }) => task !== 'phonemes');
    expect(idsOf(options({}), device(), { ...catalog, models })).toEqual(['espeak']);
    for (const tts of ['none', 'flite', local('vits')] as const) {
      expect(idsOf(options({ tts }, { phonemes: 'espeak' }))).not.toContain('espeak');
    }
  });

  test.each([
    [{ vad: 'sherpa-onnx' }, ['sherpa']],
    [{ wake: local('spotter'), stt: local('transducer') }, ['sherpa']],
    [{ tts: local('vits') }, ['sherpa']],
    [{ tts: local('joe') }, ['onnx']],
    [{ stt: local('whisper') }, ['transformers', 'onnx']],
    [{ stt: local('whisper'), llm: local('text') }, ['transformers', 'onnx']],
    [{ llm: local('compiled') }, ['mlc']],
    [{ llm: local('gguf') }, ['wllama']],
    [{ llm: { kind: 'browser' }, stt: { kind: 'web-speech' }, tts: { kind: 'web-speech' } }, []],
  ] as const)('%j', (engines, ids) => {
    expect(idsOf(options(engines))).toEqual(ids);
  });

  test('a graphics processor has one of its own', () => {
    expect(idsOf(options({}, { backend: 'auto' }), onGpu)).toEqual(['onnx-gpu']);
    expect(idsOf(options({}), onGpu)).toEqual([]);
    expect(idsOf(options({}, { backend: 'auto' }))).toEqual([]);
    const both = ['transformers', 'onnx', 'onnx-gpu'];
    expect(idsOf(options({ stt: local('whisper') }), onGpu)).toEqual(both);
    const off = { ...local('whisper'), backend: 'wasm' } as const;
    expect(idsOf(options({ stt: off }), onGpu)).toEqual(both.slice(0, 2));
  });

  test('what only the file can tell says so', () => {
    const [library] = downloadsFor(catalog, options({ llm: local('gguf') }), device()).libraries;
    expect(library?.note).toMatch(/^Fetched only if/u);
  });

  test('files tell the same of a model as where its engine is chosen', () => {
    expect(modelKind(whisper, 'stt')).toBe('whisper');
    expect(modelKind(transducer, 'stt')).toBe('sherpa');
    expect(modelKind(text, 'llm')).toBe('transformers');
    expect(modelKind(compiled, 'llm')).toBe('mlc');
    expect(modelKind(gguf, 'llm')).toBe('gguf');
    expect(modelKind(vits, 'tts')).toBe('sherpa');
    expect(modelKind(joe, 'tts')).toBe('piper');
  });

  test.each([
    ['espeak', 'phonemizer/dist/phonemizer.js'],
    ['sherpa', 'sherpa-onnx/sherpa-onnx-wasm-nodejs.wasm'],
    ['onnx', 'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'],
    ['onnx-gpu', 'onnxruntime-web/dist/ort-wasm-simd-threaded.jspi.wasm'],
  ] as const)('%s is as large as what is installed', (id, file) => {
    const installed = path.join(ROOT, 'node_modules', file);
    expect(existsSync(installed)).toBe(true);
    expect(statSync(installed).size).toBe(LIBRARIES[id][1]);
  });
});

test('what may take over brings its library along, and its model is marked', () => {
  const { selection } = device();
  const coming = device({ selection: { ...selection, betterLlm: 'compiled' } });
  const { models, libraries } = downloadsFor(catalog, options({ llm: 'auto' }), coming);
  expect(models.find(({ id }) => id === 'compiled')?.isLater).toBe(true);
  expect(libraries.map(({ id }) => id)).toEqual(['mlc']);
});

test('what the browser would fetch for itself is named, and no size is made up', () => {
  const llm = { kind: 'browser' } as const;
  const missing = device({ isBrowserModelMissing: true });
  const { libraries } = downloadsFor(catalog, options({ llm }), missing);
  expect(libraries).toMatchObject([{ id: 'browser', task: 'llm', bytes: null }]);
  expect(idsOf(options({}), missing)).toEqual([]);
});
