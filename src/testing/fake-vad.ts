// A voice detector that says what a test tells it to. Portable.
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { VadEngine } from '../core/contracts/vad.ts';

export interface FakeVadOptions {
  /**
   * Probability of the n-th window since the last reset, as a list, whose last entry then stays, or as
   * a function. Default: 0.95 for windows above -40 dBFS RMS, else 0.02.
   */
  readonly probabilities?:
    readonly number[] | ((windowIndex: number, window: Float32Array) => number);
  /** Default 512. */
  readonly windowSamples?: number;
  /** Default 16,000. */
  readonly sampleRateHz?: number;
}

const SPEECH_RMS = 0.01;

export class FakeVad implements VadEngine {
  readonly sampleRateHz: number;
  readonly windowSamples: number;
  readonly info: EngineInfo = {
    name: 'fake',
    stage: 'vad',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };

  readonly #probabilityOf: (windowIndex: number, window: Float32Array) => number;
  #windowIndex = 0;

  constructor({ probabilities, windowSamples = 512, sampleRateHz = 16_000 }: FakeVadOptions = {}) {
    this.windowSamples = windowSamples;
    this.sampleRateHz = sampleRateHz;
    this.#probabilityOf =
      typeof probabilities === 'function'
        ? probabilities
        : (index, window) => probabilities?.[index] ?? probabilities?.at(-1) ?? byEnergy(window);
  }

  /** Windows processed since the last reset. */
  get windowCount(): number {
    return this.#windowIndex;
  }

  async process(window: Float32Array): Promise<number> {
    if (window.length !== this.windowSamples) {
      throw new TypeError(`window must hold ${this.windowSamples} samples, not ${window.length}.`);
    }
    const probability = this.#probabilityOf(this.#windowIndex, window);
    this.#windowIndex += 1;
    return probability;
  }

  reset(): void {
    this.#windowIndex = 0;
  }

  async dispose(): Promise<void> {
    this.reset();
  }
}

function byEnergy(window: Float32Array): number {
  const energy = window.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(energy / window.length) > SPEECH_RMS ? 0.95 : 0.02;
}
