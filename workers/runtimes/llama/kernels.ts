// The compiled arithmetic of a Llama model. Worker or Node.
import { PLAIN_SIMD, RELAXED_SIMD } from '../../kernels/llama.wasm.ts';
import { withoutSharing } from '../kernel-team/kernel-set.ts';
import type { KernelSet } from '../kernel-team/kernel-set.ts';
import { KernelTeam } from '../kernel-team/kernel-team.ts';
import type { KernelTeamOptions } from '../kernel-team/kernel-team.ts';
import { chooseBinary } from '../simd-binary.ts';

/** Rows of a matrix that are a unit of its product. */
export const UNIT_ROWS = 4;

/** What workers/kernels/llama.ts exports; addresses are bytes, other numbers counts. */
export type LlamaCalls = {
  readonly multiply4: readonly [
    ...[weights: number, rows: number, blocks: number, tokens: number],
    ...[values: number, scales: number, sums: number, out: number],
  ];
  readonly multiply8: readonly [
    ...[weights: number, blocks: number, values: number, scales: number, out: number],
  ];
  readonly attend: readonly [
    ...[query: number, heads: number, keyHeads: number, size: number],
    ...[keys: number, values: number, positions: number, out: number],
  ];
};

/** Too little work to be shared. */
interface WholeKernels {
  quantize(
    ...vector: [x: number, blocks: number, values: number, scales: number, sums: number]
  ): void;
  quantizeAround64(
    ...vector: [x: number, blocks: number, values: number, scales: number, sums: number]
  ): void;
  normalize(
    ...vector: [x: number, weight: number, length: number, epsilon: number, out: number]
  ): void;
  add(x: number, other: number, length: number): void;
  gateUp(gate: number, up: number, length: number): void;
  rotate(...vector: [x: number, heads: number, size: number, angles: number]): void;
}

export type LlamaTeam = KernelTeam<LlamaCalls, WholeKernels>;

/** Throws `RangeError` when there is no memory. */
export function createLlamaTeam(
  options: KernelTeamOptions & { readonly contextTokens: number },
): LlamaTeam {
  const set: KernelSet<LlamaCalls> = {
    names: ['multiply4', 'multiply8', 'attend'],
    reservedBytes: 64,
    // The scores of a head; the kernel fills the last vector of them up.
    scratchBytes: (options.contextTokens + 4) * Float32Array.BYTES_PER_ELEMENT,
    getBinary: () => chooseBinary({ plain: PLAIN_SIMD, relaxed: RELAXED_SIMD }, isExact),
    prepare: () => undefined,
  };
  return new KernelTeam(set, options);
}

/** Relaxed SIMD is half as fast again as plain, but some engines got its dot product wrong before it was a standard. */
function isExact(binary: Uint8Array<ArrayBuffer>): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const module = new WebAssembly.Module(withoutSharing(binary));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (exports as { isExact(): number }).isExact() !== 0;
}
