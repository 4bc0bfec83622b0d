// What `npm run gpu` tries with a catalogue.
import { expect, test } from 'vitest';
import { toTrials } from '../../../bench/gpu/trials.ts';
import { loadCatalog } from '../../../scripts/lib/catalog.mjs';
import type { CatalogModel } from '../../../src/models/catalog.ts';

const { models } = await loadCatalog();

function modelsOf(catalogue: readonly CatalogModel[]): Record<string, string | null> {
  return Object.fromEntries(
    toTrials(catalogue).map(({ engine, model }) => [engine, model?.id ?? null]),
  );
}

function toModel(id: string, task: CatalogModel['task'], names: readonly string[]): CatalogModel {
  const files = names.map((name) => ({ name, bytes: 1, sha256: '', sources: [] }));
  const said = { name: id, licence: 'MIT', note: '', languages: ['en'], preload: false };
  return { ...said, id, task, backends: ['webgpu', 'wasm'], files };
}

test("of this checkout's catalogue: engines without a model are named too", () => {
  expect(modelsOf(models)).toEqual({
    ...{ Kokoro: 'kokoro-82m', 'llama.cpp': 'smollm2-135m-instruct' },
    ...{ Whisper: null, WebLLM: null, 'transformers.js': null },
  });
});

test("a site's own models are tried, where their entry lists WebGPU", () => {
  const head = ['config.json', 'preprocessor_config.json', 'tokenizer.json'];
  const whisper = [...head, 'encoder_model.onnx', 'decoder_model_merged.onnx'];
  const compiled = ['mlc-chat-config.json', 'tensor-cache.json', 'library.wasm'];
  const text = toModel('text', 'llm', ['config.json', 'tokenizer.json', 'model.onnx']);
  const added = [
    toModel('my-whisper', 'stt', whisper),
    toModel('my-compiled', 'llm', compiled),
    { ...text, backends: ['wasm'] as const },
  ];
  expect(modelsOf([...models, ...added])).toMatchObject({
    ...{ Whisper: 'my-whisper', WebLLM: 'my-compiled', 'transformers.js': null },
  });
});
