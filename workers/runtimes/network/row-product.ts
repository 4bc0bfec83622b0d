// A matrix that rows of a signal are multiplied by: any convolution, its taps side by side. Worker or Node.
import type { NetworkTeam } from './kernels.ts';

const PANEL = 8;

export interface RowProductWeights {
  /** [outputs][depth] in floats. */
  readonly weights: Float32Array;
  readonly outputs: number;
  readonly depth: number;
  /** One per output. */
  readonly bias: Float32Array;
}

export interface RowProductCall {
  /** Address of the first row. */
  readonly from: number;
  /** Bytes from row to row; rows may overlap. */
  readonly stride: number;
  /** 4 or more where weights have 16 bits. */
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
  constructor(team: NetworkTeam, { weights, outputs, depth, bias }: RowProductWeights) {
    const { memory } = team;
    this.outputs = Math.ceil(outputs / PANEL) * PANEL;
    this.#team = team;
    this.#depth = depth;
    this.#weights = memory.take(this.outputs * depth * 2);
    this.#scales = memory.takeFloats(this.outputs);
    this.#bias = memory.takeFloats(this.outputs);
    memory.floats(this.#bias, this.outputs).fill(0).set(bias);
    const scales = memory.floats(this.#scales, this.outputs).fill(0);
    const packed = new Int16Array(memory.memory.buffer, this.#weights, this.outputs * depth);
    packed.fill(0);
    for (let output = 0; output < outputs; output++) {
      const row = weights.subarray(output * depth, (output + 1) * depth);
      const scale = largest(row) / 32_767;
      scales[output] = scale;
      if (scale === 0) continue;
      const panel = (output - (output % PANEL)) * depth + (output % PANEL);
      for (let k = 0; k < depth; k++) {
        packed[panel + k * PANEL] = Math.round((row[k] ?? 0) / scale);
      }
    }
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

function largest(values: Float32Array): number {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
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
  const step = width ?? inputs;
  const rows = new Float32Array(outputs * taps * step);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) {
        const value = weights[(output * inputs + input) * taps + tap] ?? 0;
        rows[(output * taps + tap) * step + input] = value;
      }
    }
  }
  return { weights: rows, outputs, depth: taps * step, bias };
}
