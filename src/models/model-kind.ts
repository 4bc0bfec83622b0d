// Which engine a model of the catalogue is for: told by its task and its files. Portable, pure.
import { VoiceAgentError } from '../core/errors.ts';
import { PIPER_SETTINGS } from './catalog.ts';
import type { CatalogModel } from './catalog.ts';

export type ModelKind =
  | 'moonshine'
  | 'whisper'
  | 'sherpa'
  | 'sherpa-graph'
  | 'sherpa-whisper'
  | 'sherpa-moonshine'
  | 'piper'
  | 'gguf'
  | 'transformers'
  | 'mlc';

interface KindRule {
  readonly kind: ModelKind;
  readonly task: CatalogModel['task'];
  /** Beginnings of file names, each of which some file must have; behind a star, what stands anywhere in one. */
  readonly files: readonly string[];
  /** Ending that one file must have. Default any. */
  readonly ending?: string;
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
    kind: 'sherpa-moonshine',
    task: 'stt',
    files: ['encoder_model', 'decoder_model_merged', 'tokens.txt'],
  },
  {
    kind: 'moonshine',
    task: 'stt',
    files: ['encoder_model', 'decoder_model_merged'],
    ending: '.onnx',
  },
  {
    kind: 'sherpa-moonshine',
    task: 'stt',
    files: ['preprocess', 'encode', 'uncached_decode', 'cached_decode', 'tokens.txt'],
  },
  {
    kind: 'sherpa-whisper',
    task: 'stt',
    files: ['*-encoder', '*-decoder', '*-tokens.txt'],
    ending: '.onnx',
  },
  {
    kind: 'sherpa',
    task: 'stt',
    files: ['encoder', 'decoder', 'joiner', 'tokens.txt'],
    ending: '.onnx',
  },
  { kind: 'sherpa-graph', task: 'stt', files: ['model', 'tokens.txt'], ending: '.onnx' },
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

/** Throws `model-invalid` for a model that no engine of its task can run, or whose files would do for two. */
export function modelKind(model: CatalogModel, task: 'wake' | 'stt' | 'llm' | 'tts'): ModelKind {
  const rules = RULES.filter((rule) => rule.task === task);
  if (model.task !== task) {
    throw createUnfit(model.id, `its task is "${model.task}", not "${task}"`);
  }
  const [found, ...others] = rules.filter((rule) => fits(model, rule));
  if (found === undefined) {
    throw createUnfit(model.id, `its files fit none of ${rules.map(toText).join('; ')}`);
  }
  const other = others.find((rule) => !isPartOf(rule, found) && !isPartOf(found, rule));
  if (other !== undefined) {
    const both = `its files fit ${toText(found)} as well as ${toText(other)}`;
    throw createUnfit(model.id, `${both}: an entry is one model, with its own files alone`);
  }
  return found.kind;
}

/** The first file that a rule's pattern means. */
export function findFile({ files }: CatalogModel, pattern: string): string | undefined {
  const matches = (name: string): boolean =>
    pattern.startsWith('*') ? name.includes(pattern.slice(1)) : name.startsWith(pattern);
  return files.find(({ name }) => matches(name))?.name;
}

function createUnfit(modelId: string, reason: string): VoiceAgentError {
  return new VoiceAgentError(
    'model-invalid',
    `Model "${modelId}" cannot be used: ${reason}. Choose another, or correct its entry in the catalogue.`,
    { details: { modelId, reason } },
  );
}

function fits(model: CatalogModel, rule: KindRule): boolean {
  return (
    rule.files.every((pattern) => findFile(model, pattern) !== undefined) &&
    model.files.some(({ name }) => name.endsWith(rule.ending ?? ''))
  );
}

/** Whether a model of the one kind has all that the other asks for. */
function isPartOf(rule: KindRule, whole: KindRule): boolean {
  return rule.files.every((pattern) => whole.files.includes(pattern));
}

function toText({ kind, files, ending }: KindRule): string {
  const names = ending === undefined ? files : [...files, `*${ending}`];
  return `${kind} (${names.join(', ')})`;
}
