// Which engine a model is for, by its task and its files. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isPiperVoice } from '../../../src/models/catalog.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { modelKind } from '../../../src/models/model-kind.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const catalogFile = path.join(import.meta.dirname, '../../../public/models/catalog.json');
const catalog = parseCatalog(JSON.parse(await readFile(catalogFile, 'utf8')));

function toModel(task: CatalogModel['task'], ...names: string[]): CatalogModel {
  const files = names.map((name) => ({ name, bytes: 1, sha256: '0'.repeat(64), sources: [] }));
  const [base] = catalog.models;
  return { ...base!, id: 'mine', task, files };
}

test('the models of the catalogue are for our own engines', () => {
  const of = (id: string) => catalog.models.find((model) => model.id === id)!;
  expect(modelKind(of('moonshine-tiny-en'), 'stt')).toBe('moonshine');
  expect(modelKind(of('smollm2-135m-instruct'), 'llm')).toBe('gguf');
  expect(modelKind(of('piper-en-us-joe'), 'tts')).toBe('piper');
});

test.each([
  [
    'whisper',
    'stt',
    [
      'config.json',
      'preprocessor_config.json',
      'tokenizer.json',
      'encoder_model_q4.onnx',
      'decoder_model_merged_q4.onnx',
    ],
  ],
  [
    'sherpa',
    'stt',
    ['tokens.txt', 'encoder-epoch-99.int8.onnx', 'decoder-epoch-99.onnx', 'joiner-epoch-99.onnx'],
  ],
  ['sherpa-graph', 'stt', ['model.int8.onnx', 'tokens.txt']],
  ['sherpa-whisper', 'stt', ['tiny-encoder.int8.onnx', 'tiny-decoder.onnx', 'tiny-tokens.txt']],
  ['sherpa-moonshine', 'stt', ['encoder_model.onnx', 'decoder_model_merged.onnx', 'tokens.txt']],
  ['sherpa-moonshine', 'stt', ['encoder_model.ort', 'decoder_model_merged.ort', 'tokens.txt']],
  [
    'sherpa-moonshine',
    'stt',
    [
      ...['preprocess.onnx', 'encode.int8.onnx', 'uncached_decode.int8.onnx'],
      ...['cached_decode.int8.onnx', 'tokens.txt'],
    ],
  ],
  ['sherpa', 'tts', ['en-voice.onnx', 'tokens.txt', 'lexicon.txt']],
  ['sherpa', 'tts', ['en-voice.onnx', 'en-voice.onnx.json', 'tokens.txt', 'lexicon.txt']],
  ['piper', 'tts', ['en_GB-vctk-medium.onnx', 'en_GB-vctk-medium.onnx.json']],
  ['transformers', 'llm', ['config.json', 'tokenizer.json', 'model_q4f16.onnx']],
  [
    'mlc',
    'llm',
    [
      'mlc-chat-config.json',
      'tensor-cache.json',
      'params_shard_0.bin',
      'tokenizer.json',
      'mine.wasm',
    ],
  ],
] as const)('%s', (kind, task, names) => {
  const model = toModel(task, ...names);
  expect(modelKind(model, task)).toBe(kind);
  expect(isPiperVoice(model)).toBe(kind === 'piper');
});

test('files of no known kind, and a model for something else, are refused by name', () => {
  expect(() => modelKind(toModel('llm', 'weights.bin'), 'llm')).toThrow(
    'Model "mine" cannot be used',
  );
  expect(() => modelKind(toModel('tts', 'voice.onnx'), 'tts')).toThrow('piper (*.onnx.json)');
  expect(() => modelKind(toModel('tts', 'mine.gguf'), 'llm')).toThrow(
    'Model "mine" cannot be used',
  );
});

test('files that would do for two kinds are refused, and the error names both', () => {
  const transducer = ['encoder.onnx', 'decoder.onnx', 'joiner.onnx', 'tokens.txt'];
  expect(modelKind(toModel('stt', ...transducer), 'stt')).toBe('sherpa');
  const both = toModel('stt', ...transducer, 'model.onnx');
  expect(() => modelKind(both, 'stt')).toThrow(
    /fit sherpa \(.*\) as well as sherpa-graph \(.*an entry is one model/u,
  );
});
