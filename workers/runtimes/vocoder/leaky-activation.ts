// A leaky ReLU of a whole signal. Worker or Node.
import { unitsOf } from './kernel-team.ts';
import type { KernelTeam } from './kernel-team.ts';
import type { Signal } from './signal.ts';

export class LeakyActivation {
  readonly #team: KernelTeam;
  /** Factor 1 and offset 0: the kernel takes those of a norm. */
  readonly #identity: number;

  /** @param most Channels of the widest signal. */
  constructor(team: KernelTeam, most: number) {
    this.#team = team;
    this.#identity = team.memory.takeFloats(2 * most);
  }

  /** `to` may be `from`. */
  run(from: Signal, to: Signal, slope: number): void {
    const { at, channels, rows } = from;
    const parameters = this.#team.memory.floats(this.#identity, 2 * channels);
    parameters.fill(1, 0, channels).fill(0, channels);
    this.#team.run('leak', [at, channels, rows, this.#identity, slope, to.at], unitsOf(rows));
  }
}
