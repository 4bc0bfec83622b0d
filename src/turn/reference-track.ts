// What the loudspeaker was given, as levels on a grid of frames: the reference of the echo. Pure.

/** 128 samples at 16 kHz: a VAD window of 32 ms is four frames. */
export const ECHO_FRAME_MS = 8;
/** Two seconds: the longest delay and what a busy thread may be late. A power of two. */
const FRAMES = 256;
/** Quieter than this is silence, in dB relative to full scale: no loudspeaker makes it heard. */
export const SILENT_DB: number = -60;

/** Levels by frame number; a frame that was never given is silent. */
export class ReferenceTrack {
  readonly #levels: Float32Array = new Float32Array(FRAMES).fill(SILENT_DB);
  #latest = -Infinity;
  #lastSounding = -Infinity;

  /** Number of the latest frame that was no silence. */
  get lastSounding(): number {
    return this.#lastSounding;
  }

  /** Frames may come late or twice; the louder counts, since two may round to one number. */
  add(atMs: number, powerDb: number): void {
    const frame = Math.round(atMs / ECHO_FRAME_MS);
    if (frame <= this.#latest - FRAMES || !(powerDb > SILENT_DB)) return;
    const from = Math.max(this.#latest + 1, frame - FRAMES + 1);
    for (let index = from; index <= frame; index += 1)
      this.#levels[index & (FRAMES - 1)] = SILENT_DB;
    this.#latest = Math.max(this.#latest, frame);
    this.#lastSounding = Math.max(this.#lastSounding, frame);
    const slot = frame & (FRAMES - 1);
    this.#levels[slot] = Math.max(this.#levels[slot] ?? SILENT_DB, Math.min(powerDb, 0));
  }

  /** Level of a frame in dB; `SILENT_DB` where nothing is known. */
  levelAt(frame: number): number {
    if (frame > this.#latest || frame <= this.#latest - FRAMES) return SILENT_DB;
    return this.#levels[frame & (FRAMES - 1)] ?? SILENT_DB;
  }

  reset(): void {
    this.#levels.fill(SILENT_DB);
    this.#latest = -Infinity;
    this.#lastSounding = -Infinity;
  }
}
