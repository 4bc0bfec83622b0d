// A Piper graph of the usual kind on kernels of our own, heard part by part. In the speak worker.
import { startThreads } from '../runtimes/kernel-team/start-threads.ts';
import { createNetworkTeam } from '../runtimes/network/kernels.ts';
import { GraphWeights } from '../runtimes/onnx-graph/graph-weights.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { releaseBuffers } from '../runtimes/release-buffers.ts';
import { seedOf } from '../runtimes/vits/normal-noise.ts';
import { Vits } from '../runtimes/vits/vits.ts';
import type { PiperNetwork, PiperNetworkOptions, PiperRunOptions } from './piper-network.ts';
import type { SpokenRun } from './piecewise-tts.ts';
import { runInSlices } from './run-in-slices.ts';

/** A frame is 256 samples, 12 ms at 22,050 Hz. */
const FIRST_PART_FRAMES = 40;
/** Each is made in a fraction of the time that the one before it takes to be heard. */
const PART_GROWTH = 3;
/** What is left over and shorter is made with the part before it. */
const SHORTEST_PART_FRAMES = 24;

/**
 * Null for a graph that is not known, or without memory for its weights. Rejects as `files.read`, or with the signal's
 * reason.
 */
export async function loadPiperKernels(options: PiperNetworkOptions): Promise<PiperNetwork | null> {
  const { files, modelId, fileName, threads, logger, signal } = options;
  const bytes = new Uint8Array(await files.read(modelId, fileName, { signal }));
  const model = OnnxModel.tryParse(bytes);
  if (model === null) return null;
  const weights = new GraphWeights(model);
  if (!Vits.fits(weights)) return null;
  let stopThreads = (): void => undefined;
  try {
    const team = createNetworkTeam();
    // Before the weights: they are prepared on all threads.
    stopThreads = await startThreads(team, { threads, logger, signal });
    const network = new PiperKernels(new Vits(team, weights), stopThreads);
    releaseBuffers([bytes.buffer]);
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
  ): AsyncGenerator<SpokenRun> {
    const options = { noise, durationNoise, length, seed: seedOf(ids) };
    const speech = await runInSlices(this.#vits.begin(ids, options), signal);
    try {
      for (const [from, to] of toParts(speech.frames)) {
        const pcm = await runInSlices(speech.make({ from, to }), signal);
        yield { pcm, symbolEnds: null, share: shareUpTo(speech.durations, to) };
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

/** Frames from and to: the first part is short, so that it can be heard while the next is made. */
function toParts(frames: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  let from = 0;
  for (let size = FIRST_PART_FRAMES; from < frames; size *= PART_GROWTH) {
    const to = from + size + SHORTEST_PART_FRAMES > frames ? frames : from + size;
    parts.push([from, to]);
    from = to;
  }
  return parts;
}

/** Of the symbols, those that end up to a frame; each has one or more. */
function shareUpTo(durations: Float32Array, frame: number): number {
  let end = 0;
  let ended = 0;
  for (const frames of durations) {
    end += frames;
    if (end > frame) break;
    ended += 1;
  }
  return ended / durations.length;
}
