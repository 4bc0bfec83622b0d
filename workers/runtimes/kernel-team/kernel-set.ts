// What a team computes with: compiled kernels, and which of them can be cut into units. Worker or Node.

/** Arguments of the kernels whose work is cut into units, without the units and the scratch memory. */
export type UnitCalls = { readonly [name: string]: readonly number[] };

/** Those kernels as they are exported. */
export type UnitKernels<Calls extends UnitCalls> = {
  readonly [Name in keyof Calls]: (
    ...call: [...Calls[Name], from: number, to: number, scratch: number]
  ) => void;
};

/** One source in `workers/kernels`, compiled for shared memory. */
export interface KernelSet<Calls extends UnitCalls> {
  /** By number, for other threads. */
  readonly names: readonly (keyof Calls & string)[];
  /** Below this address lies what all kernels read; nothing is given out there. */
  readonly reservedBytes: number;
  /** Of each thread. */
  readonly scratchBytes: number;
  /** The best that this browser runs. */
  readonly getBinary: () => Uint8Array<ArrayBuffer>;
  /** Writes what all kernels read; once for a memory. */
  readonly prepare: (memory: WebAssembly.Memory) => void;
}

/** What the import of memory looks like up to its limits, whose first byte says of what kind it is. */
const MEMORY_IMPORT = [6, ...new TextEncoder().encode('memory'), 2];
const SHARED_WITH_MAXIMUM = 3;
const WITH_MAXIMUM = 1;

/**
 * The same kernels for memory that is one thread's own: they compute without atomic operations. Browsers other than
 * Chromium refuse shared memory to a page that is not isolated.
 * @throws TypeError for kernels that import no shared memory.
 */
export function withoutSharing(binary: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = binary.findIndex((_, start) =>
    MEMORY_IMPORT.every((byte, offset) => binary[start + offset] === byte),
  );
  const kindAt = at + MEMORY_IMPORT.length;
  if (at < 0 || binary[kindAt] !== SHARED_WITH_MAXIMUM) {
    throw new TypeError('binary: imports no shared memory');
  }
  const own = binary.slice();
  own[kindAt] = WITH_MAXIMUM;
  return own;
}
