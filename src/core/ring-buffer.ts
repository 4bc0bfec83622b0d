// Single-threaded circular storage of mono samples, portable: any thread, the audio thread included.

/** The smallest power of two that holds `samples`: 32-bit indices then wrap without a seam. */
export function toRingCapacity(samples: number): number {
  if (!(samples > 0) || samples > 2 ** 28) {
    throw new TypeError(`capacitySamples: must be above 0 and at most 2^28, got ${samples}`);
  }
  return 2 ** Math.ceil(Math.log2(samples));
}

/** A first-in-first-out store of fixed size. After construction nothing in it allocates. */
export class SampleRing {
  readonly capacitySamples: number;
  readonly #data: Float32Array;
  #readAt = 0;
  #length = 0;

  constructor(capacitySamples: number) {
    if (!Number.isInteger(capacitySamples) || capacitySamples < 1) {
      throw new TypeError(`capacitySamples: must be a positive integer, got ${capacitySamples}`);
    }
    this.capacitySamples = capacitySamples;
    this.#data = new Float32Array(capacitySamples);
  }

  get availableSamples(): number {
    return this.#length;
  }

  get freeSamples(): number {
    return this.capacitySamples - this.#length;
  }

  /** Copies in as much of `pcm`, from index `from` on, as fits; returns how many samples. */
  push(pcm: Float32Array, from = 0): number {
    const count = Math.min(pcm.length - from, this.freeSamples);
    let at = (this.#readAt + this.#length) % this.capacitySamples;
    for (let i = 0; i < count; i += 1) {
      this.#data[at] = pcm[from + i] ?? 0;
      at = at + 1 === this.capacitySamples ? 0 : at + 1;
    }
    this.#length += count;
    return count;
  }

  /** Copies out up to `into.length` samples, oldest first; returns how many. */
  pull(into: Float32Array): number {
    const count = this.peek(into);
    this.drop(count);
    return count;
  }

  /** As `pull`, but keeps them. */
  peek(into: Float32Array): number {
    const count = Math.min(into.length, this.#length);
    let at = this.#readAt;
    for (let i = 0; i < count; i += 1) {
      into[i] = this.#data[at] ?? 0;
      at = at + 1 === this.capacitySamples ? 0 : at + 1;
    }
    return count;
  }

  /** Forgets the oldest `count` samples, or all when there are fewer; returns how many. */
  drop(count: number): number {
    const dropped = Math.min(Math.max(0, count), this.#length);
    this.#readAt = (this.#readAt + dropped) % this.capacitySamples;
    this.#length -= dropped;
    return dropped;
  }

  clear(): void {
    this.drop(this.#length);
  }
}
