// Runs Kokoro's generator on kernels of our own, in steps between which an abort is seen. In the speak worker.
import type { Logger } from '../../src/core/logger.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { GraphWeights } from '../runtimes/kokoro/graph-weights.ts';
import { Istftnet } from '../runtimes/kokoro/istftnet.ts';
import type { GeneratedSpeech, GeneratorInput } from '../runtimes/kokoro/istftnet.ts';
import { startHelperThreads } from '../runtimes/vocoder/helper-threads.ts';
import { KernelTeam } from '../runtimes/vocoder/kernel-team.ts';

/** Messages that wait, an abort among them, are let in this often. */
const SLICE_MS = 30;

export class KokoroGenerator {
  readonly #net: Istftnet;
  readonly #stopThreads: () => void;

  private constructor(net: Istftnet, stopThreads: () => void) {
    this.#net = net;
    this.#stopThreads = stopThreads;
  }

  /**
   * Lays the weights out, in about a second. Threads that do not start are done without. Throws `RangeError` for
   * a graph without such a generator, or without memory for it.
   */
  static async create(
    weights: GraphWeights,
    { threads, logger, signal }: { threads: number; logger: Logger; signal: AbortSignal },
  ): Promise<KokoroGenerator> {
    const team = new KernelTeam();
    const net = new Istftnet(team, weights);
    const stop = await startThreads(team, { count: threads - 1, logger, signal });
    return new KokoroGenerator(net, stop);
  }

  /** Rejects with the signal's reason within some 100 ms of an abort. One run at a time. */
  async run(input: GeneratorInput, signal: AbortSignal): Promise<GeneratedSpeech> {
    const steps = this.#net.run(input);
    let sliceEndMs = performance.now() + SLICE_MS;
    try {
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        if (performance.now() < sliceEndMs) continue;
        await nextMacrotask();
        signal.throwIfAborted();
        sliceEndMs = performance.now() + SLICE_MS;
      }
    } finally {
      steps.return({ pcm: new Float32Array(), skippedSamples: 0 });
    }
  }

  dispose(): void {
    this.#stopThreads();
  }
}

async function startThreads(
  team: KernelTeam,
  { count, logger, signal }: { count: number; logger: Logger; signal: AbortSignal },
): Promise<() => void> {
  if (count < 1) return () => undefined;
  try {
    return await startHelperThreads(team, { count, signal });
  } catch (error) {
    signal.throwIfAborted();
    logger.log('warn', 'voice runs on one thread', { reason: messageOf(error) });
    return () => undefined;
  }
}
