// Any Piper graph on ONNX Runtime, in one part. In the speak worker.
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../runtimes/onnx-graph/onnx-tensor.ts';
import { createOnnxSession, Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { floatsOf } from './model-input.ts';
import { toIdEnds } from './piper-network.ts';
import type {
  PiperAudio,
  PiperNetwork,
  PiperNetworkOptions,
  PiperRunOptions,
} from './piper-network.ts';

/** Lets the file go. Rejects with `model-invalid`. */
export async function loadPiperOnnx(
  file: ArrayBuffer,
  { modelId, threads }: PiperNetworkOptions,
): Promise<PiperNetwork> {
  const model = OnnxModel.tryParse(new Uint8Array(file));
  const durations = model === null ? null : durationsOf(model);
  if (durations !== null) model?.addOutput(durations, DATA_TYPE.float);
  const session = await createOnnxSession(model?.toParts() ?? file, { modelId, threads });
  releaseBuffers([file]);
  return new PiperOnnx(session, { modelId, durations });
}

/** The graph rounds the frames of each id up, and nothing else. */
function durationsOf(model: OnnxModel): string | null {
  const [rounded, ...others] = model.nodes.filter(({ opType }) => opType === 'Ceil');
  return others.length === 0 ? (rounded?.outputs[0] ?? null) : null;
}

class PiperOnnx implements PiperNetwork {
  readonly #session: InferenceSession;
  readonly #modelId: string;
  /** The output that has the frames of each id. */
  readonly #durations: string | null;

  constructor(
    session: InferenceSession,
    { modelId, durations }: { modelId: string; durations: string | null },
  ) {
    this.#session = session;
    this.#modelId = modelId;
    this.#durations = durations;
  }

  async *speak(
    ids: readonly number[],
    { noise, length, durationNoise, speaker }: PiperRunOptions,
  ): AsyncGenerator<PiperAudio> {
    const session = this.#session;
    const inputs: Record<string, Tensor> = {
      input: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      input_lengths: new Tensor('int64', [BigInt(ids.length)], [1]),
      scales: new Tensor('float32', [noise, length, durationNoise], [3]),
    };
    if (session.inputNames.includes('sid')) {
      inputs['sid'] = new Tensor('int64', [BigInt(speaker)], [1]);
    }
    const outputs = await session.run(inputs);
    const pcm = floatsOf(outputs, { name: session.outputNames[0], modelId: this.#modelId });
    yield { pcm, idEnds: this.#idEndsOf(outputs, { ids: ids.length, pcm }), share: 1 };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #idEndsOf(
    outputs: InferenceSession.OnnxValueMapType,
    { ids, pcm }: { ids: number; pcm: Float32Array },
  ): number[] | null {
    if (this.#durations === null) return null;
    const durations = floatsOf(outputs, { name: this.#durations, modelId: this.#modelId });
    if (durations.length !== ids) return null;
    const frames = durations.reduce((sum, each) => sum + each, 0);
    return toIdEnds(durations, { from: 0, samplesPerFrame: pcm.length / frames });
  }
}
