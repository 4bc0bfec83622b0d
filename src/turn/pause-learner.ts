// How long this person pauses inside a turn, learned from the pauses that were followed by more
// speech. Pure.

/** Filter gains and the weight of the deviation: RFC 6298, which has the same question to answer. */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const DEVIATION_WEIGHT = 2;

/** Before anything is known: most pauses inside a sentence are shorter than these give together. */
const INITIAL_MEAN_MS = 800;
const INITIAL_DEVIATION_MS = 300;

export class PauseLearner {
  #meanMs = INITIAL_MEAN_MS;
  #deviationMs = INITIAL_DEVIATION_MS;

  /** A silence that few of this person's pauses outlast, ms. */
  get patienceMs(): number {
    return this.#meanMs + DEVIATION_WEIGHT * this.#deviationMs;
  }

  /** A pause of this length was followed by more speech of the same turn. */
  learn(pauseMs: number): void {
    this.#deviationMs += DEVIATION_GAIN * (Math.abs(pauseMs - this.#meanMs) - this.#deviationMs);
    this.#meanMs += MEAN_GAIN * (pauseMs - this.#meanMs);
  }
}
