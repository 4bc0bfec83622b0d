// Which engine a model of the catalogue is for: told by its task and its files. Portable, pure.
import { VoiceAgentError } from '../core/errors.ts';
import { PIPER_SETTINGS } from './catalog.ts';
import type { CatalogModel } from './catalog.ts';

export type ModelKind =
  'moonshine' | 'whisper' | 'sherpa' | 'sherpa-ctc' | 'piper' | 'gguf' | 'transformers' | 'mlc';

interface KindRule {
  readonly kind: ModelKind;
  readonly task: CatalogModel['task'];
  /** Beginnings of file names, each of which some file must have. */
  readonly files: readonly string[];
  /** Ending that one file must have. */
  readonly ending: string;
}

/** The first that fits: a model of the hub's layout says of itself what it is, Moonshine's files do not. */
const RULES: readonly KindRule[] = [
  {
    kind: 'mlc',
    task: 'llm',
    files: ['mlc-chat-config.json', 'tensor-cache.json'],
    ending: '.wasm',
  },
  {
    kind: 'whisper',
    task: 'stt',
    files: [
      'config.json',
      'preprocessor_config.json',
      'tokenizer.json',
      'encoder_model',
      'decoder_model_merged',
    ],
    ending: '.onnx',
  },
  {
    kind: 'moonshine',
    task: 'stt',
    files: ['encoder_model', 'decoder_model_merged'],
    ending: '.onnx',
  },
  {
    kind: 'sherpa',
    task: 'stt',
    files: ['encoder', 'decoder', 'joiner', 'tokens.txt'],
    ending: '.onnx',
  },
  { kind: 'sherpa-ctc', task: 'stt', files: ['model', 'tokens.txt'], ending: '.onnx' },
  {
    kind: 'sherpa',
    task: 'wake',
    files: ['encoder', 'decoder', 'joiner', 'tokens.txt', 'keywords.txt'],
    ending: '.onnx',
  },
  { kind: 'sherpa', task: 'tts', files: ['tokens.txt', 'lexicon.txt'], ending: '.onnx' },
  { kind: 'piper', task: 'tts', files: [], ending: PIPER_SETTINGS },
  { kind: 'gguf', task: 'llm', files: [], ending: '.gguf' },
  {
    kind: 'transformers',
    task: 'llm',
    files: ['config.json', 'tokenizer.json', 'model'],
    ending: '.onnx',
  },
];

/** Throws `model-invalid` for a model that no engine of its task can run. */
export function modelKind(model: CatalogModel, task: 'wake' | 'stt' | 'llm' | 'tts'): ModelKind {
  const rules = RULES.filter((rule) => rule.task === task);
  const found = rules.find((rule) => model.task === task && fits(model, rule));
  if (found !== undefined) return found.kind;
  const reason =
    model.task === task
      ? `its files fit none of ${rules.map(toText).join('; ')}`
      : `its task is "${model.task}", not "${task}"`;
  throw new VoiceAgentError(
    'model-invalid',
    `Model "${model.id}" cannot be used: ${reason}. Choose another, or correct its entry in the catalogue.`,
    { details: { modelId: model.id, reason } },
  );
}

function fits({ files }: CatalogModel, rule: KindRule): boolean {
  const names = files.map(({ name }) => name);
  return (
    rule.files.every((start) => names.some((name) => name.startsWith(start))) &&
    names.some((name) => name.endsWith(rule.ending))
  );
}

function toText({ kind, files, ending }: KindRule): string {
  return `${kind} (${[...files, `*${ending}`].join(', ')})`;
}
