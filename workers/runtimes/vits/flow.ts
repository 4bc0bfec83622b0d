// The flow of a VITS voice, backwards, as far as it is asked for. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import { Coupling } from './coupling.ts';

const ROOT = '/flow/flows';
/** Rows of a product. */
const FEWEST_ROWS = 4;

/** The couplings that run backwards, in their order: the channels are flipped in front of each. */
export function createCouplings(team: NetworkTeam, weights: GraphWeights): readonly Coupling[] {
  const indices: number[] = [];
  while (weights.has(`${ROOT}.${2 * indices.length}/pre/Conv`)) indices.push(2 * indices.length);
  if (indices.length % 2 === 1) throw new RangeError('onnx: an odd number of couplings');
  return indices.reverse().map((index, place) => {
    return new Coupling(team, weights, { root: `${ROOT}.${index}`, isFlipped: place % 2 === 0 });
  });
}

/**
 * Turns latents into what the generator takes, in place, from the first row on. A coupling moves the half of the
 * channels that the next one reads: what it still needs of the other half lies behind the rows that the next one has
 * moved, because each stays its reach ahead.
 */
export class FlowRun {
  readonly #couplings: readonly Coupling[];
  readonly #latents: Signal;
  /** Rows that each coupling has moved. */
  readonly #done: number[];

  constructor(couplings: readonly Coupling[], latents: Signal) {
    this.#couplings = couplings;
    this.#latents = latents;
    this.#done = couplings.map(() => 0);
  }

  /** Rows before `row` are final then; four or more further than the time before. Pauses often. */
  *advanceTo(row: number): Generator<void> {
    const { rows } = this.#latents;
    let to = row + this.#couplings.reduce((sum, { reach }) => sum + reach, 0);
    for (const [place, coupling] of this.#couplings.entries()) {
      to -= coupling.reach;
      const from = this.#done[place] ?? 0;
      const target = to + FEWEST_ROWS > rows ? rows : to;
      if (from >= target) continue;
      yield* coupling.run(this.#latents, { from, to: target });
      this.#done[place] = target;
    }
  }
}
