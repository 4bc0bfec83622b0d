// Which libraries of others a set of options fetches besides models: each in files of its own, for few engines. Main thread, pure.
import { UNPROBED_ENGINES } from '../agent/engine-choice.ts';
import type { ResolvedOptions } from '../agent/options.ts';
import type { RequiredLibrary } from '../agent/voice-agent-api.ts';
import { findModel, isPiperVoice, takesGpu } from '../models/catalog.ts';
import type { CatalogModel, ModelCatalog } from '../models/catalog.ts';
import { sttModelId } from './required-models.ts';

const IN_DOUBT = 'Fetched only if kernels of our own do not run this model.';

/** With the bytes of the files that a build puts apart. Tests hold them against what is installed, and built. */
export const LIBRARIES = {
  espeak: ['eSpeak NG', 1_322_380, 'GPL-3.0-or-later'],
  sherpa: ['sherpa-onnx', 15_133_706, 'Apache-2.0'],
  onnx: ['ONNX Runtime', 14_239_897, 'MIT'],
  'onnx-gpu': ['ONNX Runtime for WebGPU', 16_758_545, 'MIT'],
  transformers: ['transformers.js', 529_426, 'Apache-2.0'],
  wllama: ['llama.cpp (wllama)', 8_763_949, 'MIT'],
  mlc: ['WebLLM', 6_118_309, 'Apache-2.0'],
} as const;

type Need = readonly [id: keyof typeof LIBRARIES, note?: string];

/** Scripts lie beside each other. */
const scriptUrl = import.meta.url;

/**
 * One that several stages need comes for each. What only a look into a file can tell is listed, and says so.
 * @param hasGpu whether models can run on a graphics processor here
 */
export function requiredLibraries(
  catalog: ModelCatalog,
  options: ResolvedOptions,
  hasGpu: boolean,
): readonly RequiredLibrary[] {
  const { vad, wake, stt, llm } = options.engines;
  const sttId = sttModelId(options.engines);
  const ofStage = {
    vad: vad === 'sherpa-onnx' ? SHERPA : [],
    wake: wake === 'transcript' ? [] : SHERPA,
    stt: sttId === null ? [] : ofModel(findModel(catalog, sttId), stt, hasGpu),
    llm: llm.kind === 'local' ? ofModel(findModel(catalog, llm.modelId), llm, hasGpu) : [],
    tts: ofVoice(catalog, options, hasGpu),
  };
  const source = new URL('.', scriptUrl).href;
  return Object.entries(ofStage).flatMap(([stage, needs]) =>
    needs.map(([id, note = '']): RequiredLibrary => {
      const [name, bytes, licence] = LIBRARIES[id];
      const task = id === 'espeak' ? 'phonemes' : stage;
      return { id, name, bytes, licence, note, task, source };
    }),
  );
}

const SHERPA: readonly Need[] = [['sherpa']];

/** Of recognisers and language models; told by their files, as in `models/model-kind.ts`. */
function ofModel(model: CatalogModel, engine: object | string, hasGpu: boolean): readonly Need[] {
  const has = (file: string): boolean => model.files.some(({ name }) => name.endsWith(file));
  const isOnGpu =
    hasGpu &&
    takesGpu(model) &&
    !(engine instanceof Object && 'backend' in engine && engine.backend === 'wasm');
  if (has('tokens.txt')) return SHERPA;
  if (has('mlc-chat-config.json')) return [['mlc']];
  // What runs on a graphics processor is held against the processor, or goes on there.
  if (has('tokenizer.json')) {
    return [['transformers'], ['onnx'], ...(isOnGpu ? [['onnx-gpu'] as const] : [])];
  }
  if (!has('.gguf') || model.id === UNPROBED_ENGINES.llm.modelId) return [];
  return isOnGpu ? [['wllama']] : [['wllama', IN_DOUBT]];
}

function ofVoice(
  catalog: ModelCatalog,
  { engines: { tts }, voice: { phonemes, backend } }: ResolvedOptions,
  hasGpu: boolean,
): readonly Need[] {
  const isNamed = typeof tts === 'string';
  if (tts === 'none' || tts === 'flite' || (!isNamed && tts.kind !== 'local')) return [];
  if (!isNamed && !isPiperVoice(findModel(catalog, tts.modelId))) return SHERPA;
  const needs: Need[] = isNamed ? [] : [['onnx', IN_DOUBT]];
  const hasLexicon = catalog.models.some(({ task }) => task === 'phonemes');
  if (phonemes === 'espeak' || !hasLexicon) needs.push(['espeak']);
  if (tts === 'kokoro' && hasGpu && backend !== 'wasm') needs.push(['onnx-gpu']);
  return needs;
}
