// The engine that a language model of the catalogue is for. Runs in the think worker.
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import { createLlamaLlm } from './llama-llm.ts';

export interface LlmChoiceRequest {
  readonly files: ModelFiles;
  readonly model: CatalogModel;
  readonly threads: number;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** Engines that few pages choose are fetched for those alone. Rejects as the engine does, or with `model-invalid`. */
export async function createLlm(request: LlmChoiceRequest): Promise<LlmEngine> {
  const { model, ...common } = request;
  const kind = modelKind(model, 'llm');
  if (kind === 'transformers') {
    const { createTransformersLlm } = await import('./transformers-llm.ts');
    return createTransformersLlm(request);
  }
  if (kind === 'mlc') {
    const { createWebLlm } = await import('./web-llm-llm.ts');
    return createWebLlm(request);
  }
  const fileName = model.files.find(({ name }) => name.endsWith('.gguf'))?.name ?? '';
  return createLlamaLlm({ ...common, modelId: model.id, fileName });
}
