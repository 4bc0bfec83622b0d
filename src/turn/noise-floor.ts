// The level of a microphone between the sounds, by minimum statistics (Martin 2001). Pure.

/** The floor is the minimum of so many blocks: it rises within two seconds, and falls at once. */
const BLOCKS = 4;
const BLOCK_FRAMES = 64;
/** Frames over which power is averaged before its minimum is taken. */
const SMOOTHING_FRAMES = 4;
/** The minimum of an averaged noise lies below its mean by about this. */
const BIAS_DB = 2;
/** Below any microphone: digital silence must not make a whisper loud. */
const LOWEST_DB = -75;

/** Levels of 8 ms frames in, level of the noise out. */
export class NoiseFloor {
  readonly #minima: Float64Array = new Float64Array(BLOCKS).fill(Infinity);
  #smoothed = 0;
  #frames = 0;
  #block = 0;

  /** In dB relative to full scale; the lowest there is until the first frame. */
  get levelDb(): number {
    let minimum = Infinity;
    for (let index = 0; index < BLOCKS; index += 1) {
      minimum = Math.min(minimum, this.#minima[index] ?? Infinity);
    }
    if (minimum === Infinity) return LOWEST_DB;
    return Math.max(LOWEST_DB, 10 * Math.log10(minimum + 1e-12) + BIAS_DB);
  }

  /** @param power mean square of the frame. */
  add(power: number): void {
    const isFirst = this.#frames === 0 && this.#block === 0 && this.#smoothed === 0;
    this.#smoothed = isFirst ? power : this.#smoothed + (power - this.#smoothed) / SMOOTHING_FRAMES;
    this.#minima[this.#block] = Math.min(this.#minima[this.#block] ?? Infinity, this.#smoothed);
    this.#frames += 1;
    if (this.#frames < BLOCK_FRAMES) return;
    this.#frames = 0;
    this.#block = (this.#block + 1) % BLOCKS;
    this.#minima[this.#block] = Infinity;
  }

  reset(): void {
    this.#minima.fill(Infinity);
    this.#smoothed = 0;
    this.#frames = 0;
    this.#block = 0;
  }
}
