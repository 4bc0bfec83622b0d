// Instance normalisation whose mean and deviation the style gives, with the activation behind it. Worker or Node.
import { unitsOf } from '../network/kernels.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { rowAt } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';

const EPSILON = 1e-5;

/** What norms go by, beside the signal. */
export interface NormContext {
  /** Gains less 1, then shifts of a layer: [2, channels], as the graph makes them of a voice's style. */
  readonly styleOf: (layer: string) => Float32Array;
  /** All in shares of the signal's length. */
  readonly leftOut: {
    /** Silence in front that was left out, which mean and deviation count nonetheless. */
    readonly length: number;
    /** What stands for it. */
    readonly like: readonly [from: number, to: number];
  } | null;
}

/** Snake of the normalised signal: x + sin(alpha x)^2 / alpha. */
export class SnakeNorm {
  readonly #team: NetworkTeam;
  readonly #layer: string;
  /** Factors and offsets of the channels, then what the activation takes: [4, channels]. */
  readonly #parameters: number;
  readonly #style: number;

  /** @param alphas One per channel. */
  constructor(team: NetworkTeam, layer: string, alphas: Float32Array) {
    const channels = alphas.length;
    this.#team = team;
    this.#layer = layer;
    this.#parameters = team.memory.takeFloats(4 * channels);
    this.#style = team.memory.takeFloats(2 * channels);
    const parameters = team.memory.floats(this.#parameters, 4 * channels);
    for (const [channel, alpha] of alphas.entries()) {
      parameters[2 * channels + channel] = alpha / Math.PI;
      parameters[3 * channels + channel] = 0.5 / alpha;
    }
  }

  run(from: Signal, to: Signal, context: NormContext): void {
    this.#settle(from, context);
    const { at, channels, rows } = from;
    this.#team.run('snake', [at, channels, rows, this.#parameters, to.at], unitsOf(rows));
  }

  #settle(signal: Signal, context: NormContext): void {
    const { kernels, memory } = this.#team;
    const { at, channels, rows } = signal;
    memory.floats(this.#style, 2 * channels).set(context.styleOf(this.#layer));
    const { top } = memory;
    const total = memory.takeFloats(2 * channels);
    memory.floats(total, 2 * channels).fill(0);
    this.#add(signal, { from: 0, to: rows, weight: 1, total });
    let count = rows;
    if (context.leftOut !== null) {
      const { length, like } = context.leftOut;
      const from = Math.round(like[0] * rows);
      const to = Math.round(like[1] * rows);
      const missing = length * rows;
      this.#add(signal, { from, to, weight: missing / (to - from), total });
      count += missing;
    }
    kernels.settle(total, channels, count, at, this.#style, EPSILON, this.#parameters);
    memory.release(top);
  }

  #add(
    signal: Signal,
    { from, to, weight, total }: { from: number; to: number; weight: number; total: number },
  ): void {
    const { kernels, memory } = this.#team;
    const { at, channels } = signal;
    const units = unitsOf(to - from);
    const sums = memory.takeFloats(2 * channels * units);
    this.#team.run('sumRows', [rowAt(signal, from), channels, to - from, at, sums], units);
    kernels.addSums(sums, channels, units, weight, total);
  }
}
