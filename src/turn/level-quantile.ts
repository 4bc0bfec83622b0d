// A quantile of levels in dB that forgets: a histogram whose older entries fade. Pure.

const MIN_DB = -80;
const MAX_DB = 30;
const BINS = MAX_DB - MIN_DB;

/** One bin per dB from -80 to 30; levels outside count at the ends. Allocates once. */
export class LevelQuantile {
  readonly #bins: Float64Array = new Float64Array(BINS);
  readonly #keep: number;
  #weight = 0;

  /** @param memory entries after which an entry counts a third. */
  constructor(memory: number) {
    this.#keep = 1 - 1 / memory;
  }

  /** Sum of the weights of what is remembered. */
  get weight(): number {
    return this.#weight;
  }

  add(levelDb: number, weight = 1): void {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(levelDb - MIN_DB)));
    for (let index = 0; index < BINS; index += 1) {
      this.#bins[index] = (this.#bins[index] ?? 0) * this.#keep;
    }
    this.#bins[bin] = (this.#bins[bin] ?? 0) + weight;
    this.#weight = this.#weight * this.#keep + weight;
  }

  /** The level that `share` of the weight lies below, to the middle of a bin; NaN when empty. */
  quantile(share: number): number {
    if (this.#weight === 0) return NaN;
    let below = 0;
    for (let index = 0; index < BINS; index += 1) {
      below += this.#bins[index] ?? 0;
      if (below >= share * this.#weight) return MIN_DB + index + 0.5;
    }
    return MAX_DB - 0.5;
  }

  /** Forgets all, and remembers one level instead. */
  seed(levelDb: number, weight: number): void {
    this.reset();
    this.add(levelDb, weight);
  }

  reset(): void {
    this.#bins.fill(0);
    this.#weight = 0;
  }
}
