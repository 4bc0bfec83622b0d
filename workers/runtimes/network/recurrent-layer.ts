// A recurrent layer with long short-term memory, in both directions. Worker or Node.
import { ByteProduct } from './byte-product.ts';
import type { ByteWeights } from './byte-product.ts';
import type { NetworkTeam } from './kernels.ts';
import { columnsOf, createRows } from './signal.ts';
import type { Signal } from './signal.ts';

const DIRECTIONS = 2;
const GATES = 4;
const PANEL = 8;
const FLOAT_BYTES = 4;

export interface RecurrentWeights {
  /** Cells of a direction: a multiple of 8, at most 256. */
  readonly size: number;
  /** Of each direction: from inputs to input, output, forget and cell gates. */
  readonly inputs: readonly ByteWeights[];
  /** i8 [directions][size][4 size]: from the state before to the same gates. */
  readonly states: Uint8Array;
  /** Of the states' weights, one per direction. */
  readonly scales: Float32Array;
}

export class RecurrentLayer {
  readonly #team: NetworkTeam;
  readonly #size: number;
  readonly #inputs: readonly ByteProduct[];
  readonly #states: number;
  readonly #scales: number;

  /** Throws `RangeError` when there is no more memory. */
  constructor(team: NetworkTeam, { size, inputs, states, scales }: RecurrentWeights) {
    const { memory } = team;
    this.#team = team;
    this.#size = size;
    this.#inputs = inputs.map((weights) => new ByteProduct(team, weights));
    this.#scales = memory.takeFloats(DIRECTIONS);
    memory.floats(this.#scales, DIRECTIONS).set(scales);
    this.#states = memory.take(states.length);
    const { top } = memory;
    const source = memory.take(states.length);
    new Uint8Array(memory.memory.buffer, source, states.length).set(states);
    const bytes = states.length / DIRECTIONS;
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      const [from, to] = [source, this.#states].map((at) => at + direction * bytes) as [
        number,
        number,
      ];
      team.run('packPairs', [from, size, GATES * size, to], (GATES * size) / PANEL);
    }
    memory.release(top);
  }

  /** Writes the states of both directions side by side; `to` may be wider. */
  run(from: Signal, to: Signal): void {
    const { memory } = this.#team;
    const { top } = memory;
    const width = GATES * this.#size;
    const gates = createRows(memory, { rows: from.rows, channels: DIRECTIONS * width }, 1);
    for (const [direction, product] of this.#inputs.entries()) {
      product.run(from, columnsOf(gates, direction * width));
    }
    this.#team.run(
      'remember',
      [
        ...([gates.at, from.rows, this.#size, this.#states, this.#scales] as const),
        ...([to.at, to.channels * FLOAT_BYTES] as const),
      ],
      DIRECTIONS,
    );
    memory.release(top);
  }
}
