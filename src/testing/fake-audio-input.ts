// A microphone for tests: the product's own capture path, fed with samples; portable.
import { openCapture } from '../core/capture-input.ts';
import { PortCaptureWriter } from '../core/capture-host.ts';
import type { AudioInput } from '../core/contracts/audio-io.ts';

const QUANTUM = 128;

export interface FakeAudioInputOptions {
  /** Default 48,000. */
  readonly sampleRateHz?: number;
  /** What the reader holds before the oldest is lost. Default two seconds. */
  readonly capacitySamples?: number;
}

/** Delivers as its reader waits for it, a few turns of the event loop later, as a port does. */
export class FakeAudioInput {
  readonly input: AudioInput;
  readonly #writer: PortCaptureWriter;
  readonly #quantum: Float32Array = new Float32Array(QUANTUM);
  #filled = 0;

  constructor(options: FakeAudioInputOptions = {}) {
    const sampleRateHz = options.sampleRateHz ?? 48_000;
    const capacitySamples = options.capacitySamples ?? 2 * sampleRateHz;
    const { port1, port2 } = new MessageChannel();
    this.#writer = new PortCaptureWriter(port1, { sampleRateHz, capacitySamples });
    this.input = openCapture({ kind: 'port', sampleRateHz, capacitySamples, port: port2 });
  }

  /** Captures `pcm`; what does not fill a quantum of 128 samples waits for the next call. */
  capture(pcm: Float32Array): void {
    for (const sample of pcm) {
      this.#quantum[this.#filled] = sample;
      this.#filled += 1;
      if (this.#filled < QUANTUM) continue;
      this.#filled = 0;
      this.#writer.write(this.#quantum);
    }
  }

  dispose(): void {
    this.input.dispose();
    this.#writer.close();
  }
}
