// The memory that compiled kernels compute in, given out from the bottom up. Worker or Node.

const PAGE_BYTES = 65_536;
/** A cache line; vectors need 16. */
const ALIGNMENT = 64;

/** Grows as it is taken from; nothing is given back but all of it, by forgetting it. Addresses are bytes. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  #top = ALIGNMENT;

  /** The address of so many bytes, all zero. Throws `RangeError` when there is no more memory. */
  take(bytes: number): number {
    const at = this.#top;
    this.#top = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return at;
  }

  takeFloats(count: number): number {
    return this.take(count * Float32Array.BYTES_PER_ELEMENT);
  }

  /** A view that holds until more is taken. */
  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, count);
  }
}
