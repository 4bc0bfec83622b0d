// Chooses what Kokoro runs on, and changes over when a graphics processor fails it. In the speak worker.
import { VoiceAgentError } from '../../src/core/errors.ts';
import type { VoiceBackend } from '../../src/engines/worker-configs.ts';
import type { KokoroInput, KokoroSpeech } from '../runtimes/kokoro/kokoro-network.ts';
import { findFault } from './golden-utterance.ts';
import type { GoldenUtterance } from './golden-utterance.ts';
import type { KokoroRuntime } from './kokoro-runtime.ts';
import type { VerdictStore } from './self-test-verdicts.ts';

/** A graphics processor that may be used, before anything is loaded on it. */
export interface GpuCandidate {
  /** What it and its browser call themselves: what a verdict holds for, besides the weights. */
  readonly adapter: string;
  load(): Promise<KokoroRuntime>;
}

export interface KokoroBackendOptions {
  readonly backend: VoiceBackend;
  readonly golden: GoldenUtterance;
  readonly verdicts: VerdictStore;
  readonly signal: AbortSignal;
  /** Rejects with `unsupported`. */
  readonly findGpu: (options: { allowFallbackAdapter: boolean }) => Promise<GpuCandidate>;
  readonly loadKernels: () => Promise<KokoroRuntime>;
  /** The utterance in numbers. */
  readonly encodeGolden: () => Promise<KokoroInput>;
  /** Told why a graphics processor is not used, or no longer. Not in `auto` for one that is not there. */
  readonly onFallback: (error: VoiceAgentError) => void;
}

/** Rejects as `loadKernels`: whatever a graphics processor does costs no voice. */
export async function loadKokoroRuntime(options: KokoroBackendOptions): Promise<KokoroRuntime> {
  if (options.backend === 'wasm') return options.loadKernels();
  try {
    return new ReplaceableRuntime(await loadOnGpu(options), options);
  } catch (error) {
    if (!isReasonToFallBack(error)) throw error;
    const isUsual = options.backend === 'auto' && error.code === 'unsupported';
    if (!isUsual) options.onFallback(error);
    return options.loadKernels();
  }
}

async function loadOnGpu(options: KokoroBackendOptions): Promise<KokoroRuntime> {
  const { backend, findGpu, verdicts, golden } = options;
  const gpu = await findGpu({ allowFallbackAdapter: backend === 'webgpu' });
  const key = `${gpu.adapter}, ${golden.weightsSha256}, ${golden.symbols}`;
  const known = backend === 'auto' ? await verdicts.read(key) : null;
  if (known === 'failed') {
    const message = 'The graphics processor said the test phrase wrong before';
    throw new VoiceAgentError('unsupported', message, { details: { feature: 'voice on WebGPU' } });
  }
  const runtime = await gpu.load();
  if (known === 'passed') return runtime;
  try {
    const fault = await findFaultOf(runtime, options);
    await verdicts.write(key, fault === null ? 'passed' : 'failed');
    if (fault !== null) throw selfTestFailed(fault);
    return runtime;
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

async function findFaultOf(
  runtime: KokoroRuntime,
  { golden, encodeGolden, signal }: KokoroBackendOptions,
): Promise<string | null> {
  const { pcm } = await runtime.speak(await encodeGolden(), signal);
  return findFault(pcm, golden);
}

/** Goes on with kernels when the graphics processor is lost, from the run in which it was. */
class ReplaceableRuntime implements KokoroRuntime {
  readonly #options: KokoroBackendOptions;
  #runtime: KokoroRuntime;
  #replacement: Promise<void> | null = null;

  constructor(runtime: KokoroRuntime, options: KokoroBackendOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  get backend(): KokoroRuntime['backend'] {
    return this.#runtime.backend;
  }

  get threads(): number {
    return this.#runtime.threads;
  }

  async speak(input: KokoroInput, signal: AbortSignal): Promise<KokoroSpeech> {
    try {
      return await this.#runtime.speak(input, signal);
    } catch (error) {
      if (!isReasonToFallBack(error)) throw error;
      // Kept while it goes on: an abort meanwhile does not end it.
      this.#replacement ??= this.#replace(error);
      await this.#replacement;
    }
    signal.throwIfAborted();
    return this.#runtime.speak(input, signal);
  }

  dispose(): Promise<void> {
    return this.#runtime.dispose();
  }

  async #replace(error: VoiceAgentError): Promise<void> {
    try {
      const kernels = await this.#options.loadKernels();
      await this.#runtime.dispose();
      this.#runtime = kernels;
      this.#options.onFallback(error);
    } finally {
      this.#replacement = null;
    }
  }
}

function isReasonToFallBack(error: unknown): error is VoiceAgentError {
  return (
    VoiceAgentError.is(error) &&
    ['unsupported', 'gpu-lost', 'self-test-failed'].includes(error.code)
  );
}

function selfTestFailed(fault: string): VoiceAgentError {
  return new VoiceAgentError(
    'self-test-failed',
    `The voice sounds wrong on this graphics processor (${fault}), and runs on the processor instead. To test it again, set voice.backend to "webgpu".`,
    { details: { engine: 'kokoro' } },
  );
}
