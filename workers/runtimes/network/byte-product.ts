// A matrix of 8-bit weights that rows of a signal are multiplied by, as quantised models hold it. Worker or Node.
import type { NetworkTeam } from './kernels.ts';
import type { RowProductCall } from './row-product.ts';

const PANEL = 8;
/** Depths are rounded up to a multiple of it. */
const DEPTH_STEP = 4;
/** Turns signed bytes into unsigned ones, 128 higher. */
const FLIP = 128;

export interface ByteProductWeights {
  /** As they lie in the file: a copy is made. */
  readonly bytes: Uint8Array;
  /** Whether the bytes stand for -128 to 127. */
  readonly isSigned: boolean;
  readonly outputs: number;
  readonly inputs: number;
  /** Of a convolution: a row holds the inputs of the first, then those of the next. Default 1. */
  readonly taps?: number;
  /** `inputs first`: [inputs, outputs]; `outputs first`: [outputs, inputs, taps]. */
  readonly order: 'inputs first' | 'outputs first';
  /** One, or one per output: a weight is its byte less the zero point, times the scale. */
  readonly zeroPoints: ArrayLike<number>;
  /** One, or one per output. */
  readonly scales: ArrayLike<number>;
  /** One per output. Default none. */
  readonly bias?: Float32Array;
}

/**
 * Keeps the bytes as they are: its weights are exactly those of the model. Several matrices of the same inputs lie side by
 * side, each but the last with a multiple of 8 outputs; those of the last are padded to one with zeros.
 */
export class ByteProduct {
  /** Of all matrices, rounded up to a multiple of 8. */
  readonly outputs: number;
  /** Of a row: all inputs of all taps, rounded up to a multiple of 4; what is read beyond them must be finite. */
  readonly depth: number;
  readonly #team: NetworkTeam;
  readonly #weights: number;
  readonly #zeros: number;
  readonly #scales: number;
  readonly #bias: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, ...parts: readonly [ByteProductWeights, ...ByteProductWeights[]]) {
    const { memory } = team;
    const [{ inputs, taps = 1 }] = parts;
    this.#team = team;
    this.outputs = parts.reduce((sum, { outputs }) => sum + roundUp(outputs, PANEL), 0);
    this.depth = roundUp(inputs * taps, DEPTH_STEP);
    this.#weights = memory.take(this.outputs * this.depth);
    this.#zeros = memory.take(this.outputs * Int16Array.BYTES_PER_ELEMENT);
    this.#scales = memory.takeFloats(this.outputs);
    this.#bias = memory.takeFloats(this.outputs);
    const { top } = memory;
    // All of it before the first view: memory that grows leaves views behind.
    const from = memory.take(Math.max(...parts.map(({ bytes }) => bytes.length)));
    let first = 0;
    for (const part of parts) {
      this.#fill(part, first);
      this.#pack(part, { from, first });
      first += roundUp(part.outputs, PANEL);
    }
    memory.release(top);
  }

  #fill({ isSigned, outputs, zeroPoints, scales, bias }: ByteProductWeights, first: number): void {
    const { memory } = this.#team;
    const count = roundUp(outputs, PANEL);
    const zeros = new Int16Array(memory.memory.buffer, this.#zeros + 2 * first, count).fill(0);
    const factors = memory.floats(this.#scales + 4 * first, count).fill(0);
    memory
      .floats(this.#bias + 4 * first, count)
      .fill(0)
      .set(bias ?? []);
    for (let output = 0; output < outputs; output++) {
      zeros[output] = valueFor(zeroPoints, output) + (isSigned ? FLIP : 0);
      factors[output] = valueFor(scales, output);
    }
  }

  #pack(part: ByteProductWeights, { from, first }: { from: number; first: number }): void {
    const { bytes, outputs, inputs, taps = 1, isSigned } = part;
    new Uint8Array(this.#team.memory.memory.buffer, from, bytes.length).set(bytes);
    this.#team.run(
      'packBytes',
      [
        ...([from, outputs, inputs, taps, ...stridesOf(part), isSigned ? FLIP : 0] as const),
        ...([this.#zeros + 2 * first, this.#weights + first * this.depth] as const),
      ],
      Math.ceil(outputs / PANEL),
    );
  }

  /** The weights of one output. */
  weightsOf(output: number): Float32Array {
    const { memory } = this.#team;
    const { buffer } = memory.memory;
    const place = output % PANEL;
    const packed = new Uint8Array(
      buffer,
      this.#weights + (output - place) * this.depth,
      PANEL * this.depth,
    );
    const [zero = 0] = new Int16Array(buffer, this.#zeros + 2 * output, 1);
    const [scale = 0] = memory.floats(this.#scales + 4 * output, 1);
    return Float32Array.from(
      { length: this.depth },
      (_, k) => ((packed[k * PANEL + place] ?? 0) - zero) * scale,
    );
  }

  /** Of any number of rows; fewer than four are computed without unpacking the weights first. */
  run({ from, stride, rows, to, toStride }: RowProductCall): void {
    this.#team.run(
      'multiplyBytes',
      [
        ...([from, stride, rows, this.depth, this.#weights] as const),
        ...([this.#zeros, this.#scales, this.#bias, to, toStride] as const),
      ],
      this.outputs / PANEL,
    );
  }
}

function stridesOf(given: ByteProductWeights): readonly [number, number, number] {
  const { order, inputs, outputs, taps = 1 } = given;
  return order === 'inputs first' ? [1, outputs, 0] : [inputs * taps, taps, 1];
}

function valueFor(values: ArrayLike<number>, output: number): number {
  return values[values.length === 1 ? 0 : output] ?? 0;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
