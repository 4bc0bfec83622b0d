// Loads a GGUF model and makes a language model of it: on kernels of our own where they know its kind, else on
// llama.cpp. Worker or page.
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { createSimdRuntime } from '../runtimes/llama/simd-runtime.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { createWllamaRuntime } from '../runtimes/wllama-runtime.ts';
import { LlamaEngine, toPrefill } from './llama-engine.ts';

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
export async function createLlamaLlm(options: LlamaLlmOptions): Promise<LlmEngine> {
  const { files, modelId, fileName, threads, contextTokens, signal } = options;
  const bytes = await files.read(modelId, fileName, { signal });
  const runtimeOptions = { modelId, threads, contextTokens, signal };
  const runtime =
    (await createSimdRuntime(bytes, runtimeOptions)) ??
    (await createWllamaRuntime(bytes, runtimeOptions));
  try {
    const messages = [{ role: 'system', content: '' }] as const;
    await runtime.complete(toPrefill({ messages }), { signal, onChunk: () => undefined });
    // The runtime has its own copy; a thread that rests does not collect this one.
    releaseBuffers([bytes]);
  } catch (error) {
    await runtime.exit();
    throw error;
  }
  return new LlamaEngine(runtime, modelId);
}
