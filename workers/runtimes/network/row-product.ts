// A matrix that rows of a signal are multiplied by: any convolution, its taps side by side. Worker or Node.
import type { NetworkTeam } from './kernels.ts';

const PANEL = 8;

export interface RowProductWeights {
  /** [outputs][depth] in floats, or of a convolution [outputs][inputs][taps]. */
  readonly weights: Float32Array;
  readonly outputs: number;
  readonly depth: number;
  /** Default 1. */
  readonly taps?: number;
  /** One per output. */
  readonly bias: Float32Array;
}

export interface RowProductCall {
  /** Address of the first row. */
  readonly from: number;
  /** Bytes from row to row; rows may overlap. */
  readonly stride: number;
  /** 4 or more. */
  readonly rows: number;
  readonly to: number;
  readonly toStride: number;
}

/** Keeps 16 bits per weight with a scale per output. Outputs are padded to a multiple of 8 with zeros. */
export class RowProduct {
  /** Rounded up to a multiple of 8. */
  readonly outputs: number;
  readonly #team: NetworkTeam;
  readonly #depth: number;
  readonly #weights: number;
  readonly #scales: number;
  readonly #bias: number;

  /** `depth` is a multiple of 4. Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, { weights, outputs, depth, taps = 1, bias }: RowProductWeights) {
    const { memory } = team;
    this.outputs = Math.ceil(outputs / PANEL) * PANEL;
    this.#team = team;
    this.#depth = depth;
    this.#weights = memory.take(this.outputs * depth * 2);
    this.#scales = memory.takeFloats(this.outputs);
    this.#bias = memory.takeFloats(this.outputs);
    const { top } = memory;
    const at = memory.takeFloats(weights.length);
    memory.floats(at, weights.length).set(weights);
    memory.floats(this.#bias, this.outputs).fill(0).set(bias);
    memory.floats(this.#scales, this.outputs).fill(0);
    memory.floats(this.#weights, (this.outputs * depth) / 2).fill(0);
    const inputs = weights.length / outputs / taps;
    team.run(
      'packRows',
      [at, outputs, inputs, taps, depth / taps, this.#weights, this.#scales],
      this.outputs / PANEL,
    );
    memory.release(top);
  }

  run({ from, stride, rows, to, toStride }: RowProductCall): void {
    this.#team.run(
      'multiplyRows',
      [
        ...([from, stride, rows, this.#depth] as const),
        ...([this.#weights, this.#scales, this.#bias, to, toStride] as const),
      ],
      this.outputs / PANEL,
    );
  }
}

/**
 * A convolution [outputs, inputs, taps] as rows: the inputs of the first tap, then those of the next, each `width`
 * wide (default: as many as there are inputs).
 */
export function sideBySide(
  { weights, dims, bias }: { weights: Float32Array; dims: readonly number[]; bias: Float32Array },
  width?: number,
): RowProductWeights {
  const [outputs = 0, inputs = 0, taps = 0] = dims;
  return { weights, outputs, depth: taps * (width ?? inputs), taps, bias };
}
