// ONNX Runtime Web with its WebGPU provider. Runs in a worker.
import { env, InferenceSession, Tensor } from 'onnxruntime-web/jspi';
import glueUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';
import { unsupported } from './gpu-device.ts';
import type { Gpu } from './gpu-device.ts';
import type { OnnxModel } from './onnx-graph/onnx-model.ts';

export { Tensor };
export type { InferenceSession };

/**
 * `cpuNodes`, and what the provider has no kernel for, run on the CPU provider, with one thread. Rejects with
 * `unsupported` where the runtime refuses the model, or with `gpu-lost`.
 */
export async function createWebgpuSession(
  model: OnnxModel,
  { gpu, cpuNodes }: { gpu: Gpu; cpuNodes: readonly string[] },
): Promise<InferenceSession> {
  env.wasm.wasmPaths = { mjs: glueUrl, wasm: wasmUrl };
  env.wasm.numThreads = 1;
  env.logLevel = 'error';
  const { bytes, externalData } = model.toParts();
  const provider = { name: 'webgpu', device: gpu.device, forceCpuNodeNames: cpuNodes } as const;
  try {
    const session = InferenceSession.create(bytes, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      externalData,
    });
    return await Promise.race([session, gpu.lost]);
  } catch (error) {
    if (VoiceAgentError.is(error)) throw error;
    throw unsupported('this model on WebGPU', messageOf(error));
  }
}
