// Language models as engines, on the processor. Browser or worker.
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import { LlamaEngine } from '../../workers/engines/llama-engine.ts';
import { loadLlama } from '../../workers/engines/llama-llm.ts';
import type { LlamaLlmOptions } from '../../workers/engines/llama-llm.ts';
import { loadTextModel } from '../../workers/engines/transformers-llm.ts';
import type { TextRuntimeRequest } from '../../workers/runtimes/transformers/text-runtime.ts';

export async function createLlamaLlm(options: LlamaLlmOptions): Promise<LlmEngine> {
  return new LlamaEngine(await loadLlama(options, { isOnGpu: false }));
}

export async function createTransformersLlm(request: TextRuntimeRequest): Promise<LlmEngine> {
  return new LlamaEngine(await loadTextModel(request, null));
}
