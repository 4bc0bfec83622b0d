// A model compiled for WebLLM as a language model. Runs in the think worker.
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import { openWebLlm } from '../runtimes/web-llm/open-web-llm.ts';
import type { StoreCachesOptions } from '../runtimes/web-llm/store-caches.ts';
import { WebLlmRuntime } from '../runtimes/web-llm/web-llm-runtime.ts';
import { LlamaEngine } from './llama-engine.ts';

/** Rejects as {@link openWebLlm} does. */
export async function createWebLlm(request: StoreCachesOptions): Promise<LlmEngine> {
  return new LlamaEngine(new WebLlmRuntime(await openWebLlm(request)), request.model.id);
}
