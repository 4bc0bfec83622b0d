// A convolution over time, or a matrix, whose weights stay the bytes of the model's file. Worker or Node.
import type { NetworkTeam } from './kernels.ts';
import { rowAt } from './signal.ts';
import type { Signal } from './signal.ts';

const PANEL = 8;
const FLOAT_BYTES = 4;
const SHORT_BYTES = 2;
/** What makes signed bytes of unsigned ones. */
const SIGN_BIT = 128;
/** So many products are added up in 32 bits. */
const SUMMED = 512;
const LARGEST_SUM = 2 ** 31 - 1;
const LARGEST_SHORT = 2 ** 15 - 1;

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
 * Computes in whole numbers, of signals that are rounded to 16 bits (some 250 times finer than the graph rounds them).
 * Outputs are padded to a multiple of 8 with zeros, and so are inputs: what signals hold beyond them is zero.
 */
export class ByteConvolution {
  readonly outputs: number;
  readonly #team: NetworkTeam;
  readonly #taps: number;
  /** Inputs, rounded up. */
  readonly #width: number;
  /** The byte that stands for 0. */
  readonly #zero: number;
  /** What the largest value of a signal becomes: sums of products with any weight fit. */
  readonly #peak: number;
  readonly #weights: number;
  readonly #table: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, weights: ByteWeights, { gain = 1 }: ByteConvolutionOptions = {}) {
    const { memory } = team;
    const { bytes, isSigned, inputs, taps, zeroPoint } = weights;
    const width = roundUp(inputs);
    this.outputs = roundUp(weights.outputs);
    this.#team = team;
    this.#taps = taps;
    this.#width = width;
    this.#zero = isSigned ? zeroPoint : zeroPoint - SIGN_BIT;
    const largest = Math.max(SIGN_BIT + this.#zero, SIGN_BIT - 1 - this.#zero);
    this.#peak = Math.min(LARGEST_SHORT, Math.floor(LARGEST_SUM / SUMMED / largest));
    this.#table = memory.takeFloats(2 * this.outputs);
    this.#weights = memory.take(this.outputs * taps * width);
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

  /** Centred, with as many rows out as in; both signals may be columns of wider ones. */
  run(from: Signal, to: Signal, residual: Residual | null = null): void {
    const team = this.#team;
    const { memory } = team;
    const { rows } = from;
    const width = this.#width;
    const reach = (this.#taps - 1) / 2;
    const count = rows + 2 * reach;
    const added = residual?.signal ?? { at: 0, channels: 0 };
    const { top } = memory;
    const rounded = memory.take(count * width * SHORT_BYTES);
    const stride = from.channels * FLOAT_BYTES;
    const source = [rowAt(from, -reach), stride, width, count, this.#peak, rounded] as const;
    const scale = team.kernels.roundRows(...source);
    const call = [
      ...([rounded, width * SHORT_BYTES, rows, this.#taps * width, scale] as const),
      ...([this.#weights, this.#zero, this.#table, this.outputs] as const),
      ...([added.at, added.channels * FLOAT_BYTES, residual?.factor ?? 1] as const),
      ...([to.at, to.channels * FLOAT_BYTES] as const),
    ] as const;
    const panels = this.outputs / PANEL;
    // A single row is done before another thread has woken up.
    if (rows > 1) team.run('convolveRows', call, panels);
    else team.kernels.convolveRows(...call, 0, panels, team.scratch);
    memory.release(top);
  }

  #fillTable({ outputs, scales, bias }: ByteWeights, gain: number): void {
    const table = this.#team.memory.floats(this.#table, 2 * this.outputs).fill(0);
    for (let output = 0; output < outputs; output++) {
      table[output] = gain * (scales[scales.length === 1 ? 0 : output] ?? 0);
      table[this.outputs + output] = gain * (bias[output] ?? 0);
    }
  }
}

function roundUp(count: number): number {
  return Math.ceil(count / PANEL) * PANEL;
}
