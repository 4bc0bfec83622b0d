// Kokoro's graph in float arithmetic on ONNX Runtime's WebGPU provider. In the speak worker.
import { gpuLost, unsupported } from '../runtimes/gpu-device.ts';
import type { Gpu } from '../runtimes/gpu-device.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { KokoroInput, KokoroSpeech } from '../runtimes/kokoro/kokoro-network.ts';
import { toFloatGraph } from '../runtimes/onnx-graph/float-graph.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../runtimes/onnx-graph/onnx-tensor.ts';
import { createWebgpuSession, Tensor } from '../runtimes/onnx-webgpu-session.ts';
import type { InferenceSession } from '../runtimes/onnx-webgpu-session.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from './kokoro-runtime.ts';
import type { KokoroRuntime, KokoroRuntimeOptions } from './kokoro-runtime.ts';
import { floatsOf } from './model-input.ts';

/** How many frames each token lasts. */
const DURATIONS = '/encoder/Clip_output_0';

/** Rejects as `files.read`, or with `unsupported` or `gpu-lost`. */
export async function loadKokoroWebgpu(
  gpu: Gpu,
  { files, signal, logger }: KokoroRuntimeOptions,
): Promise<KokoroRuntime> {
  try {
    const file = await files.read(KOKORO_MODEL_ID, KOKORO_MODEL_FILE, { signal });
    const runtime = await startKokoroWebgpu(toFloatKokoro(file), { gpu, isOnCpu: isHarmonic });
    releaseBuffers([file]);
    signal.throwIfAborted();
    return runtime;
  } catch (error) {
    logger.log('warn', 'no voice on WebGPU', { reason: messageOf(error) });
    // Another graph, or no memory for its floats: the kernels say what is wrong with a file.
    throw error instanceof RangeError ? unsupported('Kokoro on WebGPU', error.message) : error;
  }
}

/** Apart for tests, which leave most of the graph to the CPU provider: graphics in software take minutes for it. */
export async function startKokoroWebgpu(
  model: OnnxModel,
  { gpu, isOnCpu }: { gpu: Gpu; isOnCpu: (nodeName: string) => boolean },
): Promise<KokoroRuntime> {
  // Each name once: the runtime takes no list of more than some thousand characters.
  const cpuNodes = [...new Set(model.nodes.map(({ name }) => name).filter(isOnCpu))];
  return new KokoroWebgpu(await createWebgpuSession(model, { gpu, cpuNodes }), gpu);
}

/** Sums of phases reach thousands of turns: WebGPU leaves open what the sine of such an angle is. */
function isHarmonic(nodeName: string): boolean {
  return nodeName.includes('/m_source/');
}

/**
 * The shipped graph in float arithmetic, which tells durations too. Some exports take `speed` as an integer and make a
 * float of it: here it is one from the start, so that a voice may be a quarter quicker. Throws `RangeError` for another graph.
 */
export function toFloatKokoro(file: ArrayBuffer): OnnxModel {
  const model = OnnxModel.parse(new Uint8Array(file));
  if (model.inputType('speed') !== DATA_TYPE.float) {
    model.setInput('speed', { dataType: DATA_TYPE.float, dims: [1] });
  }
  model.addOutput(DURATIONS, DATA_TYPE.float);
  toFloatGraph(model);
  return model;
}

class KokoroWebgpu implements KokoroRuntime {
  readonly backend = 'webgpu';
  readonly threads = 1;
  readonly #session: InferenceSession;
  readonly #gpu: Gpu;

  constructor(session: InferenceSession, gpu: Gpu) {
    this.#session = session;
    this.#gpu = gpu;
  }

  async speak(input: KokoroInput, signal: AbortSignal): Promise<KokoroSpeech> {
    const { lost, adapter } = this.#gpu;
    let outputs: InferenceSession.OnnxValueMapType;
    try {
      const feeds = toFeeds(input, this.#session.inputNames);
      outputs = await Promise.race([this.#session.run(feeds), lost]);
    } catch (error) {
      // A run that fails says it in the runtime's words, and before the device says that it is lost.
      throw gpuLost(adapter, messageOf(error), error);
    }
    signal.throwIfAborted();
    return toSpeech(outputs);
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }
}

/** Exports call the symbols `tokens` or `input_ids`. */
export function toFeeds(
  { tokens, style, speed }: KokoroInput,
  inputNames: readonly string[],
): Record<string, Tensor> {
  const ids = BigInt64Array.from(tokens, BigInt);
  const symbols = inputNames.includes('input_ids') ? 'input_ids' : 'tokens';
  return {
    [symbols]: new Tensor('int64', ids, [1, ids.length]),
    style: new Tensor('float32', style, [1, style.length]),
    speed: new Tensor('float32', [speed], [1]),
  };
}

export function toSpeech(outputs: InferenceSession.OnnxValueMapType): KokoroSpeech {
  // `audio`, or `waveform`.
  const audio = Object.keys(outputs).find((name) => name !== DURATIONS);
  const pcm = floatsOf(outputs, { name: audio, modelId: KOKORO_MODEL_ID });
  const frames = floatsOf(outputs, { name: DURATIONS, modelId: KOKORO_MODEL_ID });
  return { pcm, frames: [...frames], skippedSamples: 0 };
}
