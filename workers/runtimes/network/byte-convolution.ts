// A convolution over time, or a matrix, whose weights stay the bytes of the model's file. Worker or Node.
import type { NetworkTeam } from './kernels.ts';
import { rowAt } from './signal.ts';
import type { Signal } from './signal.ts';

const PANEL = 8;
const FLOAT_BYTES = 4;
/** What makes signed bytes of unsigned ones. */
const SIGN_BIT = 128;

/** Weights are scale * (byte - zeroPoint). */
export interface ByteWeights {
  /** The byte of output o, input i and tap t lies at o * outputStride + i * inputStride + t. */
  readonly bytes: Uint8Array;
  readonly isSigned: boolean;
  readonly outputs: number;
  readonly inputs: number;
  readonly taps: number;
  readonly outputStride: number;
  readonly inputStride: number;
  /** One per output, or one for all. */
  readonly scales: Float32Array;
  readonly zeroPoint: number;
  /** One per output. */
  readonly bias: Float32Array;
}

export interface ByteConvolutionOptions {
  /** What the result is multiplied by. Default 1. */
  readonly gain?: number;
}

/** Rows that are added to a product, so many times. */
export interface Residual {
  readonly signal: Signal;
  readonly factor: number;
}

/**
 * Computes in floats. Outputs are padded to a multiple of 8 with zeros, and so are inputs: what signals hold beyond
 * them is zero.
 */
export class ByteConvolution {
  readonly outputs: number;
  readonly #team: NetworkTeam;
  readonly #taps: number;
  readonly #depth: number;
  readonly #weights: number;
  readonly #table: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, weights: ByteWeights, { gain = 1 }: ByteConvolutionOptions = {}) {
    const { memory } = team;
    const { bytes, isSigned, inputs, taps } = weights;
    const width = roundUp(inputs);
    this.outputs = roundUp(weights.outputs);
    this.#team = team;
    this.#taps = taps;
    this.#depth = taps * width;
    this.#table = memory.takeFloats(3 * this.outputs);
    this.#weights = memory.take(this.outputs * this.#depth);
    this.#fillTable(weights, gain);
    const { top } = memory;
    const source = memory.take(bytes.length);
    new Uint8Array(memory.memory.buffer, source, bytes.length).set(bytes);
    team.run(
      'packTaps',
      [
        ...([source, weights.outputs, inputs, taps, weights.outputStride] as const),
        ...([weights.inputStride, width, isSigned ? 0 : SIGN_BIT, this.#weights] as const),
      ],
      this.outputs / PANEL,
    );
    memory.release(top);
  }

  /** Centred, with as many rows out as in; both signals may be columns of wider ones, as far as taps allow it. */
  run(from: Signal, to: Signal, residual: Residual | null = null): void {
    const { rows } = from;
    const added = residual?.signal ?? { at: 0, channels: 0 };
    const call = [
      ...([rowAt(from, -(this.#taps - 1) / 2), from.channels * FLOAT_BYTES, rows] as const),
      ...([this.#depth, this.#weights, this.#table, this.outputs, added.at] as const),
      ...([added.channels * FLOAT_BYTES, residual?.factor ?? 1] as const),
      ...([to.at, to.channels * FLOAT_BYTES] as const),
    ] as const;
    const panels = this.outputs / PANEL;
    // A single row is done before another thread has woken up.
    if (rows > 1) this.#team.run('convolveRows', call, panels);
    else this.#team.kernels.convolveRows(...call, 0, panels, this.#team.scratch);
  }

  #fillTable({ outputs, isSigned, scales, zeroPoint, bias }: ByteWeights, gain: number): void {
    const table = this.#team.memory.floats(this.#table, 3 * this.outputs).fill(0);
    const zero = isSigned ? zeroPoint : zeroPoint - SIGN_BIT;
    for (let output = 0; output < outputs; output++) {
      const scale = gain * (scales[scales.length === 1 ? 0 : output] ?? 0);
      table[output] = scale;
      table[this.outputs + output] = -zero * scale;
      table[2 * this.outputs + output] = gain * (bias[output] ?? 0);
    }
  }
}

function roundUp(count: number): number {
  return Math.ceil(count / PANEL) * PANEL;
}
