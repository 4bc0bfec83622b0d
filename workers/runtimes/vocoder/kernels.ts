// The compiled arithmetic of a convolutional voice decoder. Worker or Node.
import { fromBase64 } from '../../../src/core/base64.ts';
import { PLAIN_SIMD, RELAXED_SIMD } from '../../kernels/vocoder.wasm.ts';

/** Below this address lies what all kernels read. */
export const RESERVED_BYTES = 2048;
const TWIDDLES_AT = 1024;
const TRANSFORM_SIZE = 32;

/** Kernels whose work is cut into units: their arguments without the units and the scratch memory. */
export interface UnitKernels {
  packSpectra: [
    ...[taps: number, outputs: number, inputs: number, count: number],
    ...[scale: number, out: number],
  ];
  toSpectra: [
    ...[x: number, channels: number, dilation: number, hop: number, perPhase: number],
    ...[first: number, out: number, partStride: number],
  ];
  multiplySpectra: [
    ...[spectra: number, partStride: number, tiles: number, inputs: number, outputs: number],
    ...[weights: number, scale: number, out: number, outPartStride: number],
  ];
  fromSpectra: [
    ...[spectra: number, partStride: number, channels: number, dilation: number, hop: number],
    ...[perPhase: number, first: number, bias: number, residual: number, out: number, rows: number],
  ];
  multiplyRows: [
    ...[x: number, stride: number, rows: number, depth: number],
    ...[weights: number, scales: number, bias: number, out: number, outStride: number],
  ];
  sumRows: [x: number, channels: number, rows: number, pilot: number, sums: number];
  snake: [x: number, channels: number, rows: number, parameters: number, out: number];
  leak: [x: number, channels: number, rows: number, slope: number, out: number];
  addScaled: [x: number, a: number, factor: number, channels: number, rows: number];
  toPolar: [x: number, rows: number];
}

export type UnitKernel = keyof UnitKernels;

/** By number, for other threads. */
export const UNIT_KERNELS: readonly UnitKernel[] = [
  ...(['packSpectra', 'toSpectra', 'multiplySpectra', 'fromSpectra', 'multiplyRows'] as const),
  ...(['sumRows', 'snake', 'leak', 'addScaled', 'toPolar'] as const),
];

/** What workers/kernels/vocoder.ts exports; addresses are bytes, other numbers counts. */
export type Kernels = {
  readonly [name in UnitKernel]: (
    ...call: [...UnitKernels[name], from: number, to: number, scratch: number]
  ) => void;
} & {
  addSums(
    ...sums: [sums: number, channels: number, units: number, weight: number, total: number]
  ): void;
  settle(
    ...signal: [
      ...[total: number, channels: number, count: number, pilot: number],
      ...[style: number, epsilon: number, out: number],
    ]
  ): void;
};

/** With relaxed SIMD, whose product and sum are one step, where there is any. */
export function bestKernels(): Uint8Array<ArrayBuffer> {
  const relaxed = fromBase64(RELAXED_SIMD);
  return WebAssembly.validate(relaxed) ? relaxed : fromBase64(PLAIN_SIMD);
}

/** What the import of memory looks like up to its limits, whose first byte says of what kind it is. */
const MEMORY_IMPORT = [...[6, ...new TextEncoder().encode('memory')], 2];
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

/** @param memory Of at most 1 GiB. */
export function createKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels;
}

/** Writes what all kernels read; once for a memory. */
export function writeTables(memory: WebAssembly.Memory): void {
  const table = new Float32Array(memory.buffer, TWIDDLES_AT, TRANSFORM_SIZE);
  for (let k = 0; k < TRANSFORM_SIZE / 2; k++) {
    const angle = (2 * Math.PI * k) / TRANSFORM_SIZE;
    table[2 * k] = Math.cos(angle);
    table[2 * k + 1] = Math.sin(angle);
  }
}
