// A matrix or a convolution over time whose weights are the bytes of a model's file. Worker or Node.
import type { NetworkTeam } from './kernels.ts';
import { rowAt } from './signal.ts';
import type { Signal } from './signal.ts';

const PANEL = 8;
/** Depths are rounded up to a multiple of it. */
const DEPTH_STEP = 8;
/** Turns signed bytes into unsigned ones, 128 higher. */
const FLIP = 128;
const FLOAT_BYTES = 4;
const INT16 = { bytes: 2, max: 32_767 } as const;
const INT32_MAX = 2_147_483_647;
/** With fewer products a call is done before another thread has woken up. */
const SHARED_PRODUCTS = 1_000_000;

/** Weights are scale * (byte - zero point). */
export interface ByteWeights {
  /** The byte of output o, input i and tap t lies at o * outputStride + i * inputStride + t. A copy is made. */
  readonly bytes: Uint8Array;
  /** Whether the bytes stand for -128 to 127. */
  readonly isSigned: boolean;
  readonly outputs: number;
  readonly inputs: number;
  readonly taps: number;
  readonly outputStride: number;
  readonly inputStride: number;
  /** One, or one per output. */
  readonly zeroPoints: ArrayLike<number>;
  /** One, or one per output. */
  readonly scales: Float32Array;
  /** One per output. Default none. */
  readonly bias?: Float32Array;
  /** What the result is multiplied by. Default 1. */
  readonly gain?: number;
  /** Channels from tap to tap: as many as the rows of a signal have. Default as many as there are inputs. */
  readonly width?: number;
}

export interface ByteProductCall {
  /** Address of the first row. */
  readonly from: number;
  /** Bytes from row to row; rows may overlap. */
  readonly stride: number;
  readonly rows: number;
  readonly to: number;
  readonly toStride: number;
}

/** Rows that are added to a product, so many times; may be those that it is written to. */
export interface Residual {
  readonly signal: Signal;
  /** Default 1. */
  readonly factor?: number;
}

const NOTHING: Residual = { signal: { at: 0, rows: 0, channels: 0 } };

/**
 * Weights stay exactly those of the model; what they are multiplied by is rounded to 16 bits, or to as many as no sum of
 * products overflows with, row by row. Several matrices of the same inputs lie side by side, each but the last with a
 * multiple of 8 outputs; those of the last are padded to one with zeros.
 */
export class ByteProduct {
  /** Of all matrices, rounded up to a multiple of 8. */
  readonly outputs: number;
  /** Of a row: all channels of all taps, rounded up to a multiple of 8; what is read beyond them must be finite. */
  readonly depth: number;
  readonly #team: NetworkTeam;
  readonly #taps: number;
  readonly #weights: number;
  readonly #zeros: number;
  /** f32 [2][outputs]: scales and biases. */
  readonly #table: number;
  /** What the largest value of a row becomes. */
  readonly #limit: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, ...parts: readonly [ByteWeights, ...ByteWeights[]]) {
    const { memory } = team;
    const [{ inputs, taps, width = inputs }] = parts;
    this.#team = team;
    this.#taps = taps;
    this.outputs = parts.reduce((sum, { outputs }) => sum + roundUp(outputs, PANEL), 0);
    this.depth = roundUp(width * taps, DEPTH_STEP);
    this.#weights = memory.take(this.outputs * this.depth);
    this.#zeros = memory.take(this.outputs * INT16.bytes);
    this.#table = memory.takeFloats(2 * this.outputs);
    const { top } = memory;
    // All of it before the first view: memory that grows leaves views behind.
    const sums = memory.take(this.outputs * Int32Array.BYTES_PER_ELEMENT);
    const source = memory.take(Math.max(...parts.map(({ bytes }) => bytes.length)));
    let first = 0;
    for (const part of parts) {
      this.#fillTable(part, first);
      this.#pack(part, { source, sums, first });
      first += roundUp(part.outputs, PANEL);
    }
    const largest = new Int32Array(memory.memory.buffer, sums, this.outputs).reduce(
      (most, sum) => Math.max(most, sum),
      1,
    );
    this.#limit = Math.min(INT16.max, Math.floor(INT32_MAX / largest) - 1);
    memory.release(top);
  }

  /** Of all rows, centred where there are several taps; both signals may be columns of wider ones, as far as taps allow it. */
  run(from: Signal, to: Signal, residual?: Residual): void {
    const call = {
      ...{ from: rowAt(from, -(this.#taps - 1) / 2), stride: from.channels * FLOAT_BYTES },
      ...{ rows: from.rows, to: to.at, toStride: to.channels * FLOAT_BYTES },
    };
    this.runRows(call, residual);
  }

  /** Of any rows in memory. */
  runRows(
    { from, stride, rows, to, toStride }: ByteProductCall,
    { signal, factor = 1 }: Residual = NOTHING,
  ): void {
    const { memory } = this.#team;
    const { top } = memory;
    const scales = memory.takeFloats(rows);
    const rounded = memory.take(rows * this.depth * INT16.bytes);
    const isShared = rows * this.depth * this.outputs >= SHARED_PRODUCTS;
    const run: NetworkTeam['run'] = (name, call, units) => {
      if (isShared) this.#team.run(name, call, units);
      else this.#team.runAlone(name, call, units);
    };
    run('roundRows', [from, stride, this.depth, this.#limit, rounded, scales], rows);
    run(
      'multiplyBytes',
      [
        ...([rounded, scales, rows, this.depth, this.#weights, this.#zeros] as const),
        ...([this.#table, this.outputs, signal.at, signal.channels * FLOAT_BYTES] as const),
        ...([factor, to, toStride] as const),
      ],
      this.outputs / PANEL,
    );
    memory.release(top);
  }

  /** The weights of one output. */
  weightsOf(output: number): Float32Array {
    const { memory } = this.#team;
    const { buffer } = memory.memory;
    const place = output % PANEL;
    const start = this.#weights + (output - place) * this.depth;
    const packed = new Uint8Array(buffer, start, PANEL * this.depth);
    const [zero = 0] = new Int16Array(buffer, this.#zeros + INT16.bytes * output, 1);
    const [scale = 0] = memory.floats(this.#table + FLOAT_BYTES * output, 1);
    return Float32Array.from({ length: this.depth }, (_, k) => {
      // Pairs of each output lie side by side.
      const at = (k - (k % 2)) * PANEL + 2 * place + (k % 2);
      return ((packed[at] ?? 0) - zero) * scale;
    });
  }

  #fillTable(part: ByteWeights, first: number): void {
    const { memory } = this.#team;
    const { isSigned, outputs, zeroPoints, scales, bias, gain = 1 } = part;
    const count = roundUp(outputs, PANEL);
    const zerosAt = this.#zeros + INT16.bytes * first;
    const zeros = new Int16Array(memory.memory.buffer, zerosAt, count).fill(0);
    const [factors, offsets] = [first, this.outputs + first].map((at) =>
      memory.floats(this.#table + FLOAT_BYTES * at, count).fill(0),
    ) as [Float32Array, Float32Array];
    for (let output = 0; output < outputs; output++) {
      zeros[output] = valueFor(zeroPoints, output) + (isSigned ? FLIP : 0);
      factors[output] = gain * valueFor(scales, output);
      offsets[output] = gain * (bias?.[output] ?? 0);
    }
  }

  #pack(
    part: ByteWeights,
    { source, sums, first }: { source: number; sums: number; first: number },
  ): void {
    const { bytes, outputs, inputs, taps, width = inputs, isSigned } = part;
    const { buffer } = this.#team.memory.memory;
    new Uint8Array(buffer, source, bytes.length).set(bytes);
    const sumsAt = sums + Int32Array.BYTES_PER_ELEMENT * first;
    const panels = Math.ceil(outputs / PANEL);
    new Int32Array(buffer, sumsAt, panels * PANEL).fill(0);
    this.#team.run(
      'packBytes',
      [
        ...([source, outputs, inputs, taps, width, part.outputStride, part.inputStride] as const),
        ...([isSigned ? FLIP : 0, this.#zeros + INT16.bytes * first, sumsAt] as const),
        this.#weights + first * this.depth,
      ],
      panels,
    );
  }
}

function valueFor(values: ArrayLike<number>, output: number): number {
  return values[values.length === 1 ? 0 : output] ?? 0;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
