// Kokoro on what a page asked for: kernels, or a graphics processor that says the golden utterance right. In the speak worker.
import { VoiceAgentError } from '../../src/core/errors.ts';
import type { KokoroInput, KokoroSpeech } from '../runtimes/kokoro/kokoro-network.ts';
import { findFault } from './golden-utterance.ts';
import type { GoldenUtterance } from './golden-utterance.ts';
import { GpuFirst } from './gpu-first.ts';
import type { GpuFirstOptions } from './gpu-first.ts';
import type { KokoroRuntime } from './kokoro-runtime.ts';

export interface KokoroBackendOptions extends Omit<
  GpuFirstOptions<KokoroRuntime>,
  'selfTest' | 'loadElsewhere'
> {
  readonly golden: GoldenUtterance;
  readonly signal: AbortSignal;
  readonly loadKernels: () => Promise<KokoroRuntime>;
  /** The utterance in numbers. */
  readonly encodeGolden: () => Promise<KokoroInput>;
}

/** Rejects as `loadKernels`: whatever a graphics processor does costs no voice. */
export async function loadKokoroRuntime(options: KokoroBackendOptions): Promise<KokoroRuntime> {
  const { golden, loadKernels, encodeGolden, signal } = options;
  const gpuFirst = await GpuFirst.load({
    ...options,
    loadElsewhere: () => loadKernels(),
    selfTest: {
      subject: `${golden.weightsSha256}, ${golden.symbols}`,
      findFault: async (runtime) =>
        findFault((await runtime.speak(await encodeGolden(), signal)).pcm, golden),
      toError: selfTestFailed,
    },
  });
  return new ReplaceableRuntime(gpuFirst);
}

/** Goes on with kernels when the graphics processor is lost, from the run in which it was. */
class ReplaceableRuntime implements KokoroRuntime {
  readonly #gpuFirst: GpuFirst<KokoroRuntime>;

  constructor(gpuFirst: GpuFirst<KokoroRuntime>) {
    this.#gpuFirst = gpuFirst;
  }

  get backend(): KokoroRuntime['backend'] {
    return this.#gpuFirst.runner.backend;
  }

  get threads(): number {
    return this.#gpuFirst.runner.threads;
  }

  speak(input: KokoroInput, signal: AbortSignal): Promise<KokoroSpeech> {
    return this.#gpuFirst.run((runtime) => runtime.speak(input, signal), signal);
  }

  dispose(): Promise<void> {
    return this.#gpuFirst.dispose();
  }
}

function selfTestFailed(fault: string): VoiceAgentError {
  return new VoiceAgentError(
    'self-test-failed',
    `The voice sounds wrong on this graphics processor (${fault}), and runs on the processor instead. To have it tested again, call agent.forgetVerdicts().`,
    { details: { engine: 'kokoro' } },
  );
}
