// What Smart Turn makes of what its encoder heard: a weighted mean over time, and three small layers. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { LayerNorm } from '../network/layer-norm.ts';
import { createRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { SmartTurnWeights } from './smart-turn-weights.ts';

/** The products of one layer and where they go. */
interface Step {
  readonly product: ByteProduct;
  readonly to: Signal;
}

export class Classifier {
  readonly #team: NetworkTeam;
  /** How much each position counts, in two layers. */
  readonly #weighing: readonly [Step, Step];
  readonly #mean: Signal;
  readonly #layers: readonly [Step, Step, Step];
  readonly #norm: LayerNorm;

  /** Throws as {@link SmartTurnWeights} does, and `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, weights: SmartTurnWeights, { rows }: { rows: number }) {
    const { memory } = team;
    const toStep = (product: ByteProduct, count: number): Step => ({
      product,
      to: createRows(memory, { rows: count, channels: product.outputs }),
    });
    const weigh = (name: string): Step =>
      toStep(new ByteProduct(team, weights.product(`pool_attention.${name}`)), rows);
    const layer = (name: string): Step =>
      toStep(new ByteProduct(team, weights.layer(`classifier.${name}`)), 1);
    this.#team = team;
    this.#weighing = [weigh('0'), weigh('2')];
    this.#layers = [layer('0'), layer('4'), layer('6')];
    this.#norm = new LayerNorm(team, weights.norm('classifier.1'));
    this.#mean = createRows(memory, { rows: 1, channels: this.#layers[0].product.depth });
  }

  /** The probability that the person has finished. */
  run(heard: Signal): number {
    const team = this.#team;
    const [first, second, last] = this.#layers;
    this.#average(heard);
    first.product.run(this.#mean, first.to);
    this.#norm.run(first.to, first.to);
    for (const [from, { product, to }] of [
      [first.to, second],
      [second.to, last],
    ] as const) {
      team.kernels.gelu(from.at, from.channels, from.at, 0, 1, team.scratch);
      product.run(from, to);
    }
    const [logOdds = 0] = valuesOf(team.memory, last.to);
    return 1 / (1 + Math.exp(-logOdds));
  }

  #average(heard: Signal): void {
    const { memory } = this.#team;
    const { rows, channels } = heard;
    const weights = this.#weigh(heard);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const values = valuesOf(memory, heard);
    const mean = valuesOf(memory, this.#mean).fill(0);
    for (let row = 0; row < rows; row++) {
      const share = (weights[row] ?? 0) / total;
      for (let c = 0; c < channels; c++)
        mean[c] = (mean[c] ?? 0) + share * (values[row * channels + c] ?? 0);
    }
  }

  /** Of each position, not of sum one. */
  #weigh(heard: Signal): Float64Array {
    const team = this.#team;
    const [inner, outer] = this.#weighing;
    inner.product.run(heard, inner.to);
    team.run('tanh', [inner.to.at, inner.to.channels, inner.to.at], heard.rows);
    outer.product.run(inner.to, outer.to);
    const scores = valuesOf(team.memory, outer.to);
    const { channels } = outer.to;
    const logs = Float64Array.from({ length: heard.rows }, (_, row) => scores[row * channels] ?? 0);
    const highest = Math.max(...logs);
    return logs.map((log) => Math.exp(log - highest));
  }
}
