// Cuts a stream of chunks of any length into windows of one length, portable: any thread.

/** Windows are cut back to back; what is left over waits for the next chunk. No allocation per call. */
export class Framer {
  /** The window being filled; reused, so a receiver that keeps it copies it. */
  readonly #window: Float32Array<ArrayBuffer>;
  #filled = 0;

  constructor(windowSamples: number) {
    if (!Number.isInteger(windowSamples) || windowSamples < 1) {
      throw new TypeError(`windowSamples: must be a positive integer, got ${windowSamples}`);
    }
    this.#window = new Float32Array(windowSamples);
  }

  get windowSamples(): number {
    return this.#window.length;
  }

  /** Samples that wait for the rest of their window. */
  get pendingSamples(): number {
    return this.#filled;
  }

  /** Calls `onWindow` for each window that `pcm` completes; it is valid during the call only. */
  push(pcm: Float32Array, onWindow: (window: Float32Array<ArrayBuffer>) => void): void {
    for (let i = 0; i < pcm.length; i += 1) {
      this.#window[this.#filled] = pcm[i] ?? 0;
      this.#filled += 1;
      if (this.#filled < this.#window.length) continue;
      this.#filled = 0;
      onWindow(this.#window);
    }
  }

  /** Hands out what waits, padded with silence to a whole window; nothing when nothing waits. */
  flush(onWindow: (window: Float32Array<ArrayBuffer>) => void): void {
    if (this.#filled === 0) return;
    this.#window.fill(0, this.#filled);
    this.#filled = 0;
    onWindow(this.#window);
  }

  /** Forgets what waits. */
  reset(): void {
    this.#filled = 0;
  }
}
