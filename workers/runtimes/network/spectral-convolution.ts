// A convolution over time as products of spectra: a third of the multiplications, of whole numbers. Worker or Node.
import type { LinearMemory } from '../linear-memory.ts';
import type { NetworkTeam } from './kernels.ts';
import type { Signal } from './signal.ts';

/** Length of a transform, and what its spectrum is in real matrices. */
const SIZE = 32;
const PARTS = 47;
const FLOAT_BYTES = 4;
const INT16_BYTES = 2;
/** Rows of a product are computed in fours. */
const ROWS_AT_ONCE = 4;
/** Spectra of a block and their products are kept near the size of a core's cache. */
const BLOCK_VALUES = 16_384;

export interface ConvolutionWeights {
  /** [outputs, inputs, taps]; outputs and inputs multiples of 8, at most 512 inputs and 11 taps. */
  readonly taps: Float32Array;
  readonly outputs: number;
  readonly inputs: number;
  readonly count: number;
  /** One per output. */
  readonly bias: Float32Array;
}

export interface ConvolutionCall {
  readonly dilation: number;
  /** Added to the result; may be the target itself. Null: nothing. */
  readonly residual: Signal | null;
}

/** Centred, with as many rows out as in. Keeps two bytes for each of 47 values per pair of channels. */
export class SpectralConvolution {
  readonly #team: NetworkTeam;
  readonly #weights: number;
  /** f32 [47][outputs]. */
  readonly #scales: number;
  readonly #bias: number;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #taps: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, { taps, outputs, inputs, count, bias }: ConvolutionWeights) {
    const { memory } = team;
    this.#team = team;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#taps = count;
    this.#weights = memory.take(PARTS * outputs * inputs * 2);
    this.#scales = memory.takeFloats(PARTS * outputs);
    this.#bias = memory.takeFloats(outputs);
    const { top } = memory;
    const at = memory.takeFloats(taps.length);
    memory.floats(at, taps.length).set(taps);
    memory.floats(this.#bias, outputs).set(bias);
    team.run('packSpectra', [at, outputs, inputs, count, this.#weights, this.#scales], outputs);
    memory.release(top);
  }

  /** Computes `to` of `from`, whose margins are zero; the two do not overlap. */
  run(from: Signal, to: Signal, { dilation, residual }: ConvolutionCall): void {
    const { memory } = this.#team;
    const hop = SIZE - this.#taps + 1;
    const perPhase = Math.ceil(Math.ceil(from.rows / dilation) / hop);
    const tiles = perPhase * dilation;
    const { top } = memory;
    const blocks = Math.ceil((tiles * Math.max(this.#inputs, this.#outputs)) / BLOCK_VALUES);
    const size = Math.ceil(Math.ceil(tiles / blocks) / ROWS_AT_ONCE) * ROWS_AT_ONCE;
    const spectra = takeSpectra(memory, size * this.#inputs * INT16_BYTES);
    const products = takeSpectra(memory, size * this.#outputs * FLOAT_BYTES);
    const scales = memory.takeFloats(size);
    const start = from.at - ((this.#taps - 1) / 2) * dilation * from.channels * FLOAT_BYTES;
    for (let first = 0; first < tiles; first += size) {
      const count = Math.min(size, tiles - first);
      this.#team.run(
        'toSpectra',
        [
          ...([start, this.#inputs, dilation, hop, perPhase, first] as const),
          ...([spectra.at, spectra.stride, scales] as const),
        ],
        count,
      );
      this.#team.run(
        'multiplySpectra',
        [
          ...([spectra.at, spectra.stride, count, this.#inputs, this.#outputs] as const),
          ...([this.#weights, this.#scales, products.at, products.stride] as const),
        ],
        (PARTS * this.#outputs) / 8,
      );
      this.#team.run(
        'fromSpectra',
        [
          ...([products.at, products.stride, scales, this.#outputs, dilation, hop] as const),
          ...([perPhase, first, this.#bias, residual?.at ?? 0, to.at, to.rows] as const),
        ],
        count,
      );
    }
    memory.release(top);
  }
}

/** Parts lie an odd number of cache lines apart: at a power of two they would all fall into the same few lines. */
function takeSpectra(memory: LinearMemory, bytes: number): { at: number; stride: number } {
  const stride = (Math.ceil(bytes / 64) | 1) * 64;
  return { at: memory.take(stride * PARTS), stride };
}
