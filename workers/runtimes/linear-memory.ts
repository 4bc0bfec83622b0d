// The memory that compiled kernels compute in, given out from the bottom up. Worker or Node.

const PAGE_BYTES = 65_536;
/** A cache line; vectors need 16. */
const ALIGNMENT = 64;

export interface LinearMemoryOptions {
  /** Below this address nothing is given out. Default 64. */
  readonly reservedBytes?: number;
  /** Shared between threads, where the page may post it to them. Default false. */
  readonly shared?: boolean;
  /** Default 4 GiB, all of it reserved (not used) at once where `shared`. */
  readonly maximumBytes?: number;
}

/** Grows as it is taken from, and is given back from the top down. Addresses are bytes. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  #top: number;

  constructor(options: LinearMemoryOptions = {}) {
    this.#top = align(options.reservedBytes ?? ALIGNMENT);
    this.memory = new WebAssembly.Memory({
      initial: Math.ceil(this.#top / PAGE_BYTES),
      maximum: (options.maximumBytes ?? 65_536 * PAGE_BYTES) / PAGE_BYTES,
      shared: options.shared ?? false,
    });
  }

  /** What lies above is free: to come back to with {@link LinearMemory.release}. */
  get top(): number {
    return this.#top;
  }

  /**
   * The address of so many bytes, all zero unless they were given out before. Throws `RangeError` when there is no
   * more memory.
   */
  take(bytes: number): number {
    const at = this.#top;
    const top = align(at + bytes);
    const missing = top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#top = top;
    return at;
  }

  takeFloats(count: number): number {
    return this.take(count * Float32Array.BYTES_PER_ELEMENT);
  }

  /** Gives back all that was taken since the top was there. */
  release(top: number): void {
    this.#top = top;
  }

  /** A view that holds until more is taken. */
  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, count);
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
