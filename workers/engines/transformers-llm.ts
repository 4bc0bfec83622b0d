// A text model on transformers.js as a language model. Runs in the think worker.
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import { createTextRuntime } from '../runtimes/transformers/text-runtime.ts';
import type { TextRuntimeRequest } from '../runtimes/transformers/text-runtime.ts';
import { LlamaEngine, toPrefill } from './llama-engine.ts';

/** Loads the model and runs it once. Rejects as {@link createTextRuntime} does; nothing stays loaded then. */
export async function createTransformersLlm(request: TextRuntimeRequest): Promise<LlmEngine> {
  const runtime = await createTextRuntime(request);
  try {
    const messages = [{ role: 'user', content: '' }] as const;
    const { signal } = request;
    await runtime.complete(toPrefill({ messages }), { signal, onChunk: () => undefined });
  } catch (error) {
    await runtime.exit();
    throw error;
  }
  return new LlamaEngine(runtime, request.model.id);
}
