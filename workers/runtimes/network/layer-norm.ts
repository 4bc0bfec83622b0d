// A layer norm: each row gets mean 0 and deviation 1, and is scaled and moved channel by channel. Worker or Node.
import type { NetworkTeam } from './kernels.ts';
import type { Signal } from './signal.ts';

export interface LayerNormWeights {
  /** One per channel. */
  readonly weights: Float32Array;
  /** One per channel; null for a norm that moves nothing. */
  readonly bias: Float32Array | null;
  /** Added to the variance. */
  readonly epsilon: number;
}

export class LayerNorm {
  readonly #team: NetworkTeam;
  readonly #weights: number;
  readonly #bias: number;
  readonly #epsilon: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, { weights, bias, epsilon }: LayerNormWeights) {
    this.#team = team;
    this.#weights = keep(team, weights);
    this.#bias = bias === null ? 0 : keep(team, bias);
    this.#epsilon = epsilon;
  }

  /** `to` may be `from`. */
  run(from: Signal, to: Signal): void {
    const { at, channels, rows } = from;
    const values = [at, channels, this.#weights, this.#bias, this.#epsilon, to.at] as const;
    this.#team.run('normRows', values, rows);
  }
}

function keep({ memory }: NetworkTeam, values: Float32Array): number {
  const at = memory.takeFloats(values.length);
  memory.floats(at, values.length).set(values);
  return at;
}
