// Has a model computed by a graphics processor once that passed a test, and elsewhere when it fails. In engine workers.
import { VoiceAgentError } from '../../src/core/errors.ts';
import type { EngineBackend } from '../../src/core/contracts/engine.ts';
import { openGpu, unsupported } from '../runtimes/gpu-device.ts';
import type { Gpu, OpenGpuOptions } from '../runtimes/gpu-device.ts';
import { storedVerdicts } from './self-test-verdicts.ts';
import type { VerdictStore } from './self-test-verdicts.ts';

/** What computes a model, here or there. */
export interface Runner {
  dispose(): Promise<unknown>;
}

/** A graphics processor that may be used, before anything is loaded on it. */
export interface GpuCandidate<R extends Runner> {
  /** What it and its browser call themselves: what a verdict holds for, besides the weights. */
  readonly adapter: string;
  /** Rejects with `gpu-lost` when it is lost; never resolves. */
  readonly lost: Promise<never>;
  load(): Promise<R>;
  /** Lets go of it, whatever was loaded on it. */
  close(): void;
}

export interface SelfTest<R extends Runner> {
  /** The weights and what they are asked: what a verdict holds for, besides the adapter. */
  readonly subject: string;
  /** What is wrong with what it computes, in words for a log; null for nothing. */
  findFault(runner: R): Promise<string | null>;
  toError(fault: string): VoiceAgentError;
}

export interface GpuFirstOptions<R extends Runner> {
  readonly backend: EngineBackend;
  /** Rejects with `unsupported`. */
  readonly findGpu: (options: { allowFallbackAdapter: boolean }) => Promise<GpuCandidate<R>>;
  /** Null where nothing is known of what comes out. */
  readonly selfTest: SelfTest<R> | null;
  /** Where verdicts are kept: the browser's storage unless given. */
  readonly verdicts?: VerdictStore;
  /** Told why the graphics processor is not used; may reject with that. */
  readonly loadElsewhere: (error: VoiceAgentError | null) => Promise<R>;
  /** Told why a graphics processor is not used, or no longer. Not in `auto` for one that is not there. */
  readonly onFallback: (error: VoiceAgentError) => void;
}

export class GpuFirst<R extends Runner> {
  readonly #options: GpuFirstOptions<R>;
  #runner: R;
  /** Null once it runs elsewhere. */
  #gpu: GpuCandidate<R> | null;
  #replacement: Promise<void> | null = null;

  private constructor(options: GpuFirstOptions<R>, runner: R, gpu: GpuCandidate<R> | null) {
    this.#options = options;
    this.#runner = runner;
    this.#gpu = gpu;
  }

  /** Rejects as `loadElsewhere`: whatever a graphics processor does costs no engine that can do without. */
  static async load<R extends Runner>(options: GpuFirstOptions<R>): Promise<GpuFirst<R>> {
    const { backend, loadElsewhere, onFallback } = options;
    if (backend === 'wasm') return new GpuFirst(options, await loadElsewhere(null), null);
    try {
      const { runner, gpu } = await loadOnGpu(options);
      return new GpuFirst(options, runner, gpu);
    } catch (error) {
      if (!isReasonToFallBack(error)) throw error;
      const runner = await loadElsewhere(error);
      const isUsual = backend === 'auto' && error.code === 'unsupported';
      if (!isUsual) onFallback(error);
      return new GpuFirst(options, runner, null);
    }
  }

  /** What computes it now. */
  get runner(): R {
    return this.#runner;
  }

  /**
   * Work that the graphics processor is lost in is done again, from its start, by what takes its place. Rejects as the
   * work does, or as loading elsewhere.
   */
  async run<T>(work: (runner: R) => Promise<T>, signal: AbortSignal): Promise<T> {
    const [runner, gpu] = [this.#runner, this.#gpu];
    if (gpu === null) return work(runner);
    try {
      return await Promise.race([work(runner), gpu.lost]);
    } catch (error) {
      if (!isReasonToFallBack(error)) throw error;
      // Kept while it goes on: an abort meanwhile does not end it.
      if (runner === this.#runner) this.#replacement ??= this.#replace(error);
      await this.#replacement;
    }
    signal.throwIfAborted();
    return work(this.#runner);
  }

  async dispose(): Promise<void> {
    await this.#runner.dispose();
    this.#gpu?.close();
  }

  async #replace(error: VoiceAgentError): Promise<void> {
    const { loadElsewhere, onFallback } = this.#options;
    try {
      const next = await loadElsewhere(error);
      // What waits for a lost device may wait for ever.
      this.#runner.dispose().catch(() => undefined);
      this.#gpu?.close();
      this.#gpu = null;
      this.#runner = next;
      onFallback(error);
    } finally {
      this.#replacement = null;
    }
  }
}

/** A device for one model; of a library that takes its own, this one tells when the graphics processor is lost. */
export async function openCandidate<R extends Runner>(
  load: (gpu: Gpu) => Promise<R>,
  options: OpenGpuOptions,
): Promise<GpuCandidate<R>> {
  const gpu = await openGpu(options);
  return {
    // Another version of the browser is another driver of shaders.
    adapter: `${gpu.adapter}, ${navigator.userAgent}`,
    lost: gpu.lost,
    load: () => load(gpu),
    close: () => gpu.device.destroy(),
  };
}

async function loadOnGpu<R extends Runner>(
  options: GpuFirstOptions<R>,
): Promise<{ runner: R; gpu: GpuCandidate<R> }> {
  const { backend, findGpu, selfTest } = options;
  const gpu = await findGpu({ allowFallbackAdapter: backend === 'webgpu' });
  try {
    const runner = await (selfTest === null ? load(gpu) : loadTested(options, gpu, selfTest));
    return { runner, gpu };
  } catch (error) {
    gpu.close();
    throw error;
  }
}

async function loadTested<R extends Runner>(
  { backend, verdicts = storedVerdicts }: GpuFirstOptions<R>,
  gpu: GpuCandidate<R>,
  selfTest: SelfTest<R>,
): Promise<R> {
  const key = `${gpu.adapter}, ${selfTest.subject}`;
  const known = backend === 'auto' ? await verdicts.read(key) : null;
  if (known === 'failed')
    throw unsupported('WebGPU', 'The graphics processor failed the test before');
  const runner = await load(gpu);
  if (known === 'passed') return runner;
  try {
    const fault = await Promise.race([selfTest.findFault(runner), gpu.lost]);
    await verdicts.write(key, fault === null ? 'passed' : 'failed');
    if (fault !== null) throw selfTest.toError(fault);
    return runner;
  } catch (error) {
    runner.dispose().catch(() => undefined);
    throw error;
  }
}

function load<R extends Runner>(gpu: GpuCandidate<R>): Promise<R> {
  return Promise.race([gpu.load(), gpu.lost]);
}

function isReasonToFallBack(error: unknown): error is VoiceAgentError {
  return (
    VoiceAgentError.is(error) &&
    ['unsupported', 'gpu-lost', 'self-test-failed'].includes(error.code)
  );
}
