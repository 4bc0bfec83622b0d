// The compiled arithmetic of the Silero voice detector. Worker or Node.
import { PLAIN_SIMD, RELAXED_SIMD } from '../../kernels/silero.wasm.ts';
import { chooseBinary } from '../simd-binary.ts';

/** What workers/kernels/silero.ts exports; addresses and strides are bytes, other numbers counts. */
export interface Kernels {
  multiply(
    ...product: [
      ...[weights: number, bias: number, rows: number, depth: number],
      ...[x: number, stride: number, count: number, floor: number],
      ...[out: number, outStride: number],
    ]
  ): void;
  magnitudes(x: number, count: number, out: number): void;
  step(gates: number, size: number, cell: number, hidden: number): void;
}

export function createKernels(memory: WebAssembly.Memory): Kernels {
  const binary = chooseBinary({ plain: PLAIN_SIMD, relaxed: RELAXED_SIMD });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return exports as unknown as Kernels;
}
