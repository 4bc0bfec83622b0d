// ONNX Runtime Web, plain WASM build. Runs in a worker: `run()` is synchronous under its promise.
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { splitTensors } from './onnx-graph/external-tensors.ts';
import type { ExternalData } from './onnx-graph/onnx-tensor.ts';
import { usableThreads } from './usable-threads.ts';

export { Tensor };
export type { InferenceSession };

export interface OnnxSessionOptions {
  readonly modelId: string;
  /** Taken by the first session of the thread: ORT has one pool per thread. 1 without isolation. */
  readonly threads: number;
  /** Keeps idle pool threads from spinning between runs. Default true: other workers need the cores. */
  readonly yieldWhenIdle?: boolean;
  /**
   * Turns DequantizeLinear over constant weights into float weights once, at load, instead of in each
   * run. Default false: costs four bytes of memory per weight.
   */
  readonly foldsDequantizedWeights?: boolean;
  /** Tensors of a model that was split before. */
  readonly externalData?: readonly ExternalData[];
}

/** Builds a session from the bytes of a model; a file ORT refuses becomes `model-invalid`. */
export async function createOnnxSession(
  bytes: ArrayBuffer,
  options: OnnxSessionOptions,
): Promise<InferenceSession> {
  env.wasm.wasmPaths = { mjs: glueUrl, wasm: wasmUrl };
  env.wasm.numThreads = usableThreads(options.threads);
  env.logLevel = 'error';
  const whole = { bytes: new Uint8Array(bytes), externalData: options.externalData ?? [] };
  const model = options.externalData === undefined ? (splitTensors(whole.bytes) ?? whole) : whole;
  try {
    return await InferenceSession.create(model.bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      externalData: model.externalData,
      extra: {
        session: {
          ...(options.foldsDequantizedWeights === true && { disable_quant_qdq: '1' }),
          intra_op: { allow_spinning: options.yieldWhenIdle === false ? '1' : '0' },
        },
      },
    });
  } catch (error) {
    throw new VoiceAgentError(
      'model-invalid',
      `The runtime refused model "${options.modelId}": ${messageOf(error)}. Fetch it again with "npm run models -- --force ${options.modelId}".`,
      { details: { modelId: options.modelId, reason: messageOf(error) }, cause: error },
    );
  }
}
