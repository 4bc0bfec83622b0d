// A text model on transformers.js. Runs in the think worker.
import type { Gpu } from '../runtimes/gpu-device.ts';
import type { LlamaRuntime } from '../runtimes/llama-runtime.ts';
import { createTextRuntime } from '../runtimes/transformers/text-runtime.ts';
import type { TextRuntimeRequest } from '../runtimes/transformers/text-runtime.ts';
import { toPrefill } from './llama-engine.ts';

/**
 * Loads the model, on a graphics processor or on the processor for null, and runs it once. Rejects as
 * {@link createTextRuntime} does; nothing stays loaded then.
 */
export async function loadTextModel(
  request: TextRuntimeRequest,
  gpu: Gpu | null,
): Promise<LlamaRuntime> {
  const runtime = await createTextRuntime(request, gpu);
  try {
    const messages = [{ role: 'user', content: '' }] as const;
    const { signal } = request;
    await runtime.complete(toPrefill({ messages }), { signal, onChunk: () => undefined });
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}
