// A Piper graph of the usual kind on kernels of our own, heard part by part. In the speak worker.
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { GraphWeights } from '../runtimes/onnx-graph/graph-weights.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { seedOf } from '../runtimes/vits/normal-noise.ts';
import { Vits } from '../runtimes/vits/vits.ts';
import { toIdEnds } from './piper-network.ts';
import type {
  PiperAudio,
  PiperNetwork,
  PiperNetworkOptions,
  PiperRunOptions,
} from './piper-network.ts';
import { runInSlices } from './run-in-slices.ts';
import { toParts } from './speech-parts.ts';

/**
 * Null for a graph that is not known, or without memory for its weights: the file is let go otherwise. Rejects with the
 * signal's reason.
 */
export async function loadPiperKernels(
  file: ArrayBuffer,
  { threads, logger, signal }: PiperNetworkOptions,
): Promise<PiperNetwork | null> {
  const model = OnnxModel.tryParse(new Uint8Array(file));
  if (model === null) return null;
  const weights = new GraphWeights(model);
  if (!Vits.fits(weights)) return null;
  let stopThreads = (): void => undefined;
  try {
    const team = createNetworkTeam();
    // Before the weights: they are prepared on all threads.
    stopThreads = await startThreads(team, { threads, logger, signal });
    const network = new PiperKernels(new Vits(team, weights), stopThreads);
    releaseBuffers([file]);
    return network;
  } catch (error) {
    stopThreads();
    if (!(error instanceof RangeError)) throw error;
    logger.log('warn', 'voice without its own kernels', { reason: error.message });
    return null;
  }
}

class PiperKernels implements PiperNetwork {
  readonly #vits: Vits;
  readonly #stopThreads: () => void;

  constructor(vits: Vits, stopThreads: () => void) {
    this.#vits = vits;
    this.#stopThreads = stopThreads;
  }

  /** The same ids give the same audio. */
  async *speak(
    ids: readonly number[],
    { noise, length, durationNoise, signal }: PiperRunOptions,
  ): AsyncGenerator<PiperAudio> {
    const options = { noise, durationNoise, length, seed: seedOf(ids) };
    const speech = await runInSlices(this.#vits.begin(ids, options), signal);
    try {
      for (const [from, to] of toParts(speech.durations)) {
        const pcm = await runInSlices(speech.make({ from, to }), signal);
        const idEnds = toIdEnds(speech.durations, {
          from,
          samplesPerFrame: pcm.length / (to - from),
        });
        yield { pcm, idEnds, share: to / speech.frames };
      }
    } finally {
      speech.end();
    }
  }

  dispose(): Promise<void> {
    this.#stopThreads();
    return Promise.resolve();
  }
}
