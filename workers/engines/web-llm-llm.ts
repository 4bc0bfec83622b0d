// A model compiled for WebLLM. Runs in the think worker.
import type { LlamaRuntime } from '../runtimes/llama-runtime.ts';
import { openWebLlm } from '../runtimes/web-llm/open-web-llm.ts';
import type { StoreCachesOptions } from '../runtimes/web-llm/store-caches.ts';
import { withToolCalls } from '../runtimes/tool-calls/with-tool-calls.ts';
import { WebLlmRuntime } from '../runtimes/web-llm/web-llm-runtime.ts';

/** Rejects as {@link openWebLlm} does. */
export async function loadWebLlm(request: StoreCachesOptions): Promise<LlamaRuntime> {
  return withToolCalls(new WebLlmRuntime(await openWebLlm(request), request.model.id));
}
