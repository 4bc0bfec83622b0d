// Kokoro's network on kernels of our own. In the speak worker.
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { KokoroNetwork } from '../runtimes/kokoro/kokoro-network.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { usableThreads } from '../runtimes/usable-threads.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from './kokoro-runtime.ts';
import type { KokoroRuntime, KokoroRuntimeOptions } from './kokoro-runtime.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import { runInSlices } from './run-in-slices.ts';

/** Rejects as `files.read`, or with `model-invalid` for a file of another graph. */
export async function loadKokoroKernels(options: KokoroRuntimeOptions): Promise<KokoroRuntime> {
  const { files, logger, signal } = options;
  const threads = usableThreads(options.threads);
  const file = await files.read(KOKORO_MODEL_ID, KOKORO_MODEL_FILE, { signal });
  let stopThreads = (): void => undefined;
  try {
    const model = OnnxModel.parse(new Uint8Array(file));
    const team = createNetworkTeam();
    // Before the weights: they are prepared on all threads.
    stopThreads = await startThreads(team, { threads, logger, signal });
    const network = new KokoroNetwork(team, model);
    releaseBuffers([file]);
    return {
      backend: 'wasm',
      threads,
      speak: (input, aborted) => runInSlices(network.run(input), aborted),
      dispose: () => Promise.resolve(stopThreads()),
    };
  } catch (error) {
    stopThreads();
    throw error instanceof RangeError
      ? createInvalidModelError(KOKORO_MODEL_ID, error.message)
      : error;
  }
}
