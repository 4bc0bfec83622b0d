// Any Piper graph on ONNX Runtime, in one part. In the speak worker.
import { createOnnxSession, Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import { floatsOf } from './model-input.ts';
import type { PiperNetwork, PiperNetworkOptions, PiperRunOptions } from './piper-network.ts';
import type { SpokenRun } from './piecewise-tts.ts';

/** Rejects as `files.read`, or with `model-invalid`. */
export async function loadPiperOnnx(options: PiperNetworkOptions): Promise<PiperNetwork> {
  const { files, modelId, fileName, threads, signal } = options;
  const bytes = await files.read(modelId, fileName, { signal });
  return new PiperOnnx(await createOnnxSession(bytes, { modelId, threads }), modelId);
}

class PiperOnnx implements PiperNetwork {
  readonly #session: InferenceSession;
  readonly #modelId: string;

  constructor(session: InferenceSession, modelId: string) {
    this.#session = session;
    this.#modelId = modelId;
  }

  async *speak(
    ids: readonly number[],
    { noise, length, durationNoise, speaker }: PiperRunOptions,
  ): AsyncGenerator<SpokenRun> {
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
    yield { pcm, symbolEnds: null, share: 1 };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
