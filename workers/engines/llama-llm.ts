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
  /** The model's GGUF file, or the parts that `llama-gguf-split` makes of one, in order. */
  readonly fileNames: readonly string[];
  /** 1 is used on a page without cross-origin isolation. */
  readonly threads: number;
  /** Tokens of prompt and answer together; memory grows with it. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

/**
 * Loads the model and runs it once, so that the first answer is not the slowest. One file at a time is in this thread's memory: llama.cpp
 * reads blobs, a piece of them at a time where the browser lets it wait (JSPI), into the memory that it computes in. Rejects as
 * {@link createSimdRuntime}, {@link createWllamaRuntime} and `ModelFiles.read` do; on abort with the signal's reason.
 */
export async function loadLlama(
  options: LlamaLlmOptions,
  { isOnGpu }: { isOnGpu: boolean },
): Promise<LlamaRuntime> {
  const { files, modelId, fileNames, threads, contextTokens, signal } = options;
  const house = { modelId, threads, contextTokens, signal };
  const isForKernels = !isOnGpu && fileNames.length === 1;
  const blobs: Blob[] = [];
  let runtime: LlamaRuntime | null = null;
  for (const fileName of fileNames) {
    const bytes = await files.read(modelId, fileName, { signal });
    if (isForKernels) runtime = await createSimdRuntime(bytes, house);
    if (runtime === null) blobs.push(new Blob([bytes]));
    // Kernels and blobs have copies of their own; a thread that rests does not collect this one.
    releaseBuffers([bytes]);
  }
  runtime ??= await createWllamaRuntime(blobs, { ...house, isOnGpu });
  try {
    const messages = [{ role: 'system', content: '' }] as const;
    await runtime.complete(toPrefill({ messages }), { signal, onChunk: () => undefined });
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}
