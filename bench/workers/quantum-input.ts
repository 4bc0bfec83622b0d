// Quanta that come as messages, as the product's ears read audio. Worker.
import type { AudioInput, CaptureStats } from '../../src/core/contracts/audio-io.ts';
import { SignalWake, waitUntil } from '../../src/core/wake.ts';
import type { QuantumMessage } from '../worklets/quantum-message.ts';

/** Unbounded, as such a path is: nothing but its delay grows. */
export class QuantumInput implements AudioInput {
  readonly sampleRateHz: number;
  readonly #wake = new SignalWake();
  readonly #quanta: QuantumMessage[] = [];
  #offset = 0;
  #available = 0;
  #readSamples = 0;
  #lostSamples = 0;
  #nextFrame: number | null = null;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
  }

  get stats(): CaptureStats {
    return { readSamples: this.#readSamples, lostSamples: this.#lostSamples };
  }

  get positionSamples(): number {
    const head = this.#quanta[0];
    return head === undefined ? (this.#nextFrame ?? 0) : head.frame + this.#offset;
  }

  get availableSamples(): number {
    return this.#available;
  }

  handle(quantum: QuantumMessage): void {
    this.#lostSamples += quantum.frame - (this.#nextFrame ?? quantum.frame);
    this.#nextFrame = quantum.frame + quantum.pcm.length;
    this.#quanta.push(quantum);
    this.#available += quantum.pcm.length;
    this.#wake.signal();
  }

  read(into: Float32Array): number {
    let done = 0;
    for (let head = this.#quanta[0]; head !== undefined && done < into.length;) {
      const part = head.pcm.subarray(this.#offset, this.#offset + into.length - done);
      into.set(part, done);
      done += part.length;
      this.#offset += part.length;
      if (this.#offset === head.pcm.length) {
        this.#quanta.shift();
        this.#offset = 0;
      }
      head = this.#quanta[0];
    }
    this.#available -= done;
    this.#readSamples += done;
    return done;
  }

  async waitForSamples(count: number, { signal }: { signal: AbortSignal }): Promise<void> {
    await waitUntil(() => this.#available >= count, { wake: this.#wake, signal });
  }

  dispose(): void {
    return;
  }
}
