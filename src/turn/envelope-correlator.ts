// Finds the delay at which one envelope follows another: running correlations, one per delay. Pure.

/** Frames after which a frame counts a third: 1.2 s of 8 ms frames, so that a change is soon noticed. */
const MEMORY_FRAMES = 150;
const KEEP = 1 - 1 / MEMORY_FRAMES;

/** Levels in dB in, correlation per delay out; each frame costs a handful of operations per delay. */
export class EnvelopeCorrelator {
  readonly #sumX: Float64Array;
  readonly #sumXx: Float64Array;
  readonly #sumXy: Float64Array;
  #sumY = 0;
  #sumYy = 0;
  #weight = 0;
  #bestDelay = 0;
  #bestCorrelation = 0;

  /** @param delays how many delays are tried: 0 to `delays - 1` frames. */
  constructor(delays: number) {
    this.#sumX = new Float64Array(delays);
    this.#sumXx = new Float64Array(delays);
    this.#sumXy = new Float64Array(delays);
  }

  /** Frames that count, with their weights. */
  get frames(): number {
    return this.#weight;
  }

  /** In frames, as of the latest `findBest`. */
  get bestDelay(): number {
    return this.#bestDelay;
  }

  get bestCorrelation(): number {
    return this.#bestCorrelation;
  }

  /** @param xAt the leading envelope `delay` frames ago; `y` the following one now, both in dB. */
  add(y: number, xAt: (delay: number) => number): void {
    this.#weight = this.#weight * KEEP + 1;
    this.#sumY = this.#sumY * KEEP + y;
    this.#sumYy = this.#sumYy * KEEP + y * y;
    for (let delay = 0; delay < this.#sumX.length; delay += 1) {
      const x = xAt(delay);
      this.#sumX[delay] = (this.#sumX[delay] ?? 0) * KEEP + x;
      this.#sumXx[delay] = (this.#sumXx[delay] ?? 0) * KEEP + x * x;
      this.#sumXy[delay] = (this.#sumXy[delay] ?? 0) * KEEP + x * y;
    }
  }

  /** Pearson's correlation at one delay; 0 while either envelope is flat. */
  correlationAt(delay: number): number {
    const x = (this.#sumX[delay] ?? 0) / this.#weight;
    const y = this.#sumY / this.#weight;
    const varianceX = (this.#sumXx[delay] ?? 0) / this.#weight - x * x;
    const varianceY = this.#sumYy / this.#weight - y * y;
    if (!(varianceX > 1 && varianceY > 0.1)) return 0;
    return ((this.#sumXy[delay] ?? 0) / this.#weight - x * y) / Math.sqrt(varianceX * varianceY);
  }

  /** Looks for the delay of the highest correlation. */
  findBest(): void {
    this.#bestCorrelation = 0;
    for (let delay = 0; delay < this.#sumX.length; delay += 1) {
      const correlation = this.correlationAt(delay);
      if (correlation <= this.#bestCorrelation) continue;
      this.#bestCorrelation = correlation;
      this.#bestDelay = delay;
    }
  }

  reset(): void {
    this.#sumX.fill(0);
    this.#sumXx.fill(0);
    this.#sumXy.fill(0);
    this.#sumY = 0;
    this.#sumYy = 0;
    this.#weight = 0;
    this.#bestDelay = 0;
    this.#bestCorrelation = 0;
  }
}
