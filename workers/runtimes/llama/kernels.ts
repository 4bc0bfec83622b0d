// The compiled arithmetic of a Llama model. Worker or Node.
import { fromBase64 } from '../../../src/core/base64.ts';
import { PLAIN_SIMD, RELAXED_SIMD } from '../../kernels/llama.wasm.ts';

/** What workers/kernels/llama.ts exports; addresses are bytes, other numbers counts. */
export interface Kernels {
  isExact(): number;
  quantize(
    ...vector: [x: number, blocks: number, values: number, scales: number, sums: number]
  ): void;
  quantizeAround64(
    ...vector: [x: number, blocks: number, values: number, scales: number, sums: number]
  ): void;
  multiply4(
    ...matrix: [
      ...[weights: number, rows: number, blocks: number, tokens: number],
      ...[values: number, scales: number, sums: number, out: number],
    ]
  ): void;
  multiply8(
    ...matrix: [
      ...[weights: number, rows: number, blocks: number],
      ...[values: number, scales: number, out: number],
    ]
  ): void;
  normalize(
    ...vector: [x: number, weight: number, length: number, epsilon: number, out: number]
  ): void;
  add(x: number, other: number, length: number): void;
  gateUp(gate: number, up: number, length: number): void;
  rotate(...vector: [x: number, heads: number, size: number, angles: number]): void;
  attend(
    ...state: [
      ...[query: number, heads: number, keyHeads: number, size: number],
      ...[keys: number, values: number, positions: number, scores: number, out: number],
    ]
  ): void;
}

/** With relaxed SIMD where the browser has it, and has it right: half as fast again as without. */
export function createKernels(memory: WebAssembly.Memory): Kernels {
  const relaxed = fromBase64(RELAXED_SIMD);
  if (WebAssembly.validate(relaxed)) {
    const kernels = instantiate(relaxed, memory);
    if (kernels.isExact() !== 0) return kernels;
  }
  return instantiate(fromBase64(PLAIN_SIMD), memory);
}

function instantiate(binary: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  return exports as unknown as Kernels;
}
