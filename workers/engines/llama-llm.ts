// Loads a GGUF model: on kernels of our own where they know its kind, else on llama.cpp; or on a graphics processor, by
// llama.cpp. Worker or page.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { LlamaRuntime } from '../runtimes/llama-runtime.ts';
import { createSimdRuntime } from '../runtimes/llama/simd-runtime.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { createWllamaRuntime } from '../runtimes/wllama-runtime.ts';
import { toPrefill } from './llama-engine.ts';

export interface LlamaLlmOptions {
  readonly files: ModelFiles;
  readonly modelId: string;
  /** The GGUF file of the model. */
  readonly fileName: string;
  /** 1 is used on a page without cross-origin isolation. */
  readonly threads: number;
  /** Tokens of prompt and answer together; memory grows with it. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

/**
 * Loads the model and runs it once, so that the first answer is not the slowest. Rejects as
 * {@link createSimdRuntime}, {@link createWllamaRuntime} and `ModelFiles.read` do; on abort with the signal's reason.
 */
export async function loadLlama(
  options: LlamaLlmOptions,
  { isOnGpu }: { isOnGpu: boolean },
): Promise<LlamaRuntime> {
  const { files, modelId, fileName, threads, contextTokens, signal } = options;
  const bytes = await files.read(modelId, fileName, { signal });
  const runtimeOptions = { modelId, threads, contextTokens, signal };
  const runtime =
    (isOnGpu ? null : await createSimdRuntime(bytes, runtimeOptions)) ??
    (await createWllamaRuntime(bytes, { ...runtimeOptions, isOnGpu }));
  try {
    const messages = [{ role: 'system', content: '' }] as const;
    await runtime.complete(toPrefill({ messages }), { signal, onChunk: () => undefined });
    // The runtime has its own copy; a thread that rests does not collect this one.
    releaseBuffers([bytes]);
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}
