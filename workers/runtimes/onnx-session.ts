// ONNX Runtime Web, plain WASM build. Runs in a worker: `run()` is synchronous under its promise.
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { createInvalidModelError } from './invalid-model.ts';
import { splitTensors } from './onnx-graph/external-tensors.ts';
import type { SplitModel } from './onnx-graph/external-tensors.ts';
import { usableThreads } from './usable-threads.ts';

export { Tensor };
export type { InferenceSession };

export interface OnnxSessionOptions {
  readonly modelId: string;
  /** Taken by the first session of the thread: ORT has one pool per thread. 1 without isolation. */
  readonly threads: number;
}

/** Builds a session from a model's file, or what was made of one; what ORT refuses becomes `model-invalid`. */
export async function createOnnxSession(
  file: ArrayBuffer | SplitModel,
  options: OnnxSessionOptions,
): Promise<InferenceSession> {
  env.wasm.wasmPaths = { mjs: glueUrl, wasm: wasmUrl };
  env.wasm.numThreads = usableThreads(options.threads);
  env.logLevel = 'error';
  const model = 'externalData' in file ? file : toModel(new Uint8Array(file));
  try {
    return await InferenceSession.create(model.bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      externalData: model.externalData,
      extra: {
        // Idle threads of the pool do not spin between runs: other workers need the cores.
        session: { intra_op: { allow_spinning: '0' } },
      },
    });
  } catch (error) {
    throw createInvalidModelError(options.modelId, error);
  }
}

function toModel(bytes: Uint8Array<ArrayBuffer>): SplitModel {
  return splitTensors(bytes) ?? { bytes, externalData: [] };
}
