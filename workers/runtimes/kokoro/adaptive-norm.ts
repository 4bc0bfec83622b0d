// Instance normalisation whose mean and deviation the style gives, with the activation behind it. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { ByteWeights } from '../network/byte-product.ts';
import { unitsOf } from '../network/kernels.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { rowAt } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';

const EPSILON = 1e-5;

/** What norms go by, beside the signal. */
export interface NormContext {
  /** One row: what a voice is like. */
  readonly style: Signal;
  /** What was left out of the signal, and counts nonetheless. */
  readonly leftOut: readonly StandIn[];
}

/** Rows that count for others which are not there; all in shares of the signal's length. */
export interface StandIn {
  readonly from: number;
  readonly to: number;
  /** What they count for, beside themselves. */
  readonly missing: number;
}

/** Gains less 1, then shifts of some channels, as a layer makes them of a style. */
export class StyleLayer {
  /** Rounded up to a multiple of 8. */
  readonly channels: number;
  readonly #product: ByteProduct;

  /** @param weights A matrix with twice as many outputs as there are channels. */
  constructor(team: NetworkTeam, weights: ByteWeights) {
    const { bytes, scales, bias } = weights;
    const outputs = weights.outputs / 2;
    const half = (first: number): ByteWeights => ({
      ...{ ...weights, outputs, bytes: bytes.subarray(first) },
      scales: scales.subarray(first, first + outputs),
      ...(bias !== undefined && { bias: bias.subarray(first, first + outputs) }),
    });
    this.#product = new ByteProduct(team, half(0), half(outputs));
    this.channels = this.#product.outputs / 2;
  }

  /** Writes f32 [2][channels]. */
  run(style: Signal, at: number): void {
    this.#product.run(style, { at, rows: 1, channels: 2 * this.channels });
  }
}

/** Finds what each channel is multiplied by and what is added. */
class AdaptiveNorm {
  /** f32 [2][channels]: factors and offsets of the channels; more may follow. */
  readonly parameters: number;
  readonly #team: NetworkTeam;
  readonly #layer: StyleLayer;
  readonly #style: number;

  constructor(team: NetworkTeam, layer: StyleLayer, more: number) {
    this.#team = team;
    this.#layer = layer;
    this.parameters = team.memory.takeFloats((2 + more) * layer.channels);
    this.#style = team.memory.takeFloats(2 * layer.channels);
  }

  settle(signal: Signal, context: NormContext): void {
    const { kernels, memory } = this.#team;
    const { at, channels, rows } = signal;
    this.#layer.run(context.style, this.#style);
    const { top } = memory;
    const total = memory.takeFloats(2 * channels);
    memory.floats(total, 2 * channels).fill(0);
    const units = unitsOf(rows);
    const sums = memory.takeFloats(2 * channels * units);
    this.#team.run('sumRows', [at, channels, rows, at, sums], units);
    kernels.addSums(sums, channels, units, 1, total);
    let count = rows;
    for (const { from, to, missing } of context.leftOut) {
      const first = Math.round(from * rows);
      const length = Math.round(to * rows) - first;
      const some = unitsOf(length);
      this.#team.runAlone('sumRows', [rowAt(signal, first), channels, length, at, sums], some);
      kernels.addSums(sums, channels, some, (missing * rows) / length, total);
      count += missing * rows;
    }
    kernels.settle(total, channels, count, at, this.#style, EPSILON, this.parameters);
    memory.release(top);
  }
}

/** Snake of the normalised signal: x + sin(alpha x)^2 / alpha. */
export class SnakeNorm {
  readonly #team: NetworkTeam;
  readonly #norm: AdaptiveNorm;

  /** @param alphas One per channel. */
  constructor(team: NetworkTeam, layer: StyleLayer, alphas: Float32Array) {
    const channels = alphas.length;
    this.#team = team;
    this.#norm = new AdaptiveNorm(team, layer, 2);
    const parameters = team.memory.floats(this.#norm.parameters, 4 * channels);
    for (const [channel, alpha] of alphas.entries()) {
      parameters[2 * channels + channel] = alpha / Math.PI;
      parameters[3 * channels + channel] = 0.5 / alpha;
    }
  }

  run(from: Signal, to: Signal, context: NormContext): void {
    this.#norm.settle(from, context);
    const { at, channels, rows } = from;
    this.#team.run('snake', [at, channels, rows, this.#norm.parameters, to.at], unitsOf(rows));
  }
}

/** Leaky ReLU of the normalised signal. */
export class LeakyNorm {
  readonly #team: NetworkTeam;
  readonly #norm: AdaptiveNorm;
  readonly #slope: number;

  constructor(team: NetworkTeam, layer: StyleLayer, slope: number) {
    this.#team = team;
    this.#norm = new AdaptiveNorm(team, layer, 0);
    this.#slope = slope;
  }

  run(from: Signal, to: Signal, context: NormContext): void {
    this.#norm.settle(from, context);
    const { at, channels, rows } = from;
    const call = [at, channels, rows, this.#norm.parameters, this.#slope, to.at] as const;
    this.#team.run('normLeak', call, unitsOf(rows));
  }
}
