// The engine that a language model of the catalogue is for, and what it runs on. Runs in the think worker.
import type { EngineBackend } from '../../src/core/contracts/engine.ts';
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { takesGpu } from '../../src/models/catalog.ts';
import type { CatalogModel, ModelFile } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import type { Gpu } from '../runtimes/gpu-device.ts';
import type { LlamaRuntime } from '../runtimes/llama-runtime.ts';
import { GpuFirst, openCandidate } from './gpu-first.ts';
import type { SelfTest } from './gpu-first.ts';
import { GpuFirstLlama } from './gpu-first-llama.ts';
import { LlamaEngine } from './llama-engine.ts';
import { loadLlama } from './llama-llm.ts';
import {
  answerTestPrompt,
  findLlamaFault,
  llamaSelfTestFailed,
  TEST_PROMPT,
} from './llama-self-test.ts';

export interface LlmChoiceRequest {
  readonly files: ModelFiles;
  readonly model: CatalogModel;
  /** Answers when a graphics processor fails a model that runs nowhere else; null for nothing. */
  readonly spare: CatalogModel | null;
  readonly backend: EngineBackend;
  readonly threads: number;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Told why a graphics processor is not used, or no longer; `info` has changed by then, if it was used. */
  readonly onFallback: (error: VoiceAgentError) => void;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** How a model is loaded on what it was made for, the processor for null. */
type Load = (gpu: Gpu | null) => Promise<LlamaRuntime>;

/** Engines that few pages choose are fetched for those alone. Rejects as the engine does, or with `model-invalid`. */
export async function createLlm(request: LlmChoiceRequest): Promise<LlmEngine> {
  return new LlamaEngine(await loadRuntime(request));
}

async function loadRuntime(request: LlmChoiceRequest): Promise<LlamaRuntime> {
  const { model, spare, backend, onFallback } = request;
  const load = loaderOf(request);
  if (backend === 'wasm' || (backend === 'auto' && !takesGpu(model))) return load(null);
  const gpuFirst = await GpuFirst.load<LlamaRuntime>({
    ...{ backend, selfTest: selfTestOf(request, load), onFallback },
    findGpu: (which) =>
      openCandidate(load, { ...which, needsJspi: modelKind(model, 'llm') !== 'mlc' }),
    loadElsewhere: (error) => {
      if (error !== null && modelKind(model, 'llm') === 'mlc' && spare === null) throw error;
      return load(null);
    },
  });
  return new GpuFirstLlama(gpuFirst);
}

/** Of a GGUF file, which runs on both. The libraries of the others choose their own arithmetic, and are not asked twice. */
function selfTestOf(
  { model, signal }: LlmChoiceRequest,
  load: Load,
): SelfTest<LlamaRuntime> | null {
  if (modelKind(model, 'llm') !== 'gguf') return null;
  const digests = ggufFiles(model).map(({ sha256 }) => sha256);
  return {
    subject: `${digests.join('+')}, ${TEST_PROMPT}`,
    findFault: async (runtime) => {
      const got = await answerTestPrompt(runtime, signal);
      // What the processor cannot hold has nothing to be compared with, and nothing to give way to.
      const processor = await load(null).catch(() => null);
      signal.throwIfAborted();
      if (processor === null) return null;
      try {
        return findLlamaFault(got, await answerTestPrompt(processor, signal));
      } finally {
        await processor.dispose();
      }
    },
    toError: (fault) => llamaSelfTestFailed(model.id, fault),
  };
}

/** Rejects with `unsupported` where there is none. */
async function loadSpare(request: LlmChoiceRequest): Promise<LlamaRuntime> {
  const { model, spare } = request;
  if (spare !== null) return loadRuntime({ ...request, model: spare, spare: null });
  throw new VoiceAgentError(
    'unsupported',
    `Model "${model.id}" needs WebGPU. Take a GGUF model or a remote one.`,
    { details: { feature: 'WebGPU' } },
  );
}

function loaderOf(request: LlmChoiceRequest): Load {
  const { model } = request;
  const kind = modelKind(model, 'llm');
  if (kind === 'transformers') {
    return async (gpu) => (await import('./transformers-llm.ts')).loadTextModel(request, gpu);
  }
  if (kind === 'mlc') {
    return async (gpu) => {
      if (gpu === null) return loadSpare(request);
      return (await import('./web-llm-llm.ts')).loadWebLlm(request);
    };
  }
  const fileNames = ggufFiles(model).map(({ name }) => name);
  const options = { ...request, modelId: model.id, fileNames };
  return (gpu) => loadLlama(options, { isOnGpu: gpu !== null });
}

/** Of a model in parts, in the order that their names count. */
function ggufFiles({ files }: CatalogModel): readonly ModelFile[] {
  const parts = files.filter(({ name }) => name.endsWith('.gguf'));
  return parts.sort((left, right) => (left.name < right.name ? -1 : 1));
}
