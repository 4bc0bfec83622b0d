// The compiled arithmetic of the Silero voice detector. Worker or Node.
import { fromBase64 } from '../../../src/core/base64.ts';
import { PLAIN_SIMD, RELAXED_SIMD } from '../../kernels/silero.wasm.ts';

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

/** With relaxed SIMD where the browser has it: product and sum are one step then. */
export function createKernels(memory: WebAssembly.Memory): Kernels {
  const relaxed = fromBase64(RELAXED_SIMD);
  const binary = WebAssembly.validate(relaxed) ? relaxed : fromBase64(PLAIN_SIMD);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return exports as unknown as Kernels;
}
