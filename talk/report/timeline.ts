// Brings both clocks of a run onto recording time. Pure, in Node.
import type { ClockFit } from './clock-fit.ts';

export class Timeline {
  readonly #startContextMs: number;
  readonly #fit: ClockFit | null;

  /** @param options `startContextMs` is the AudioContext time of the first recorded frame. */
  constructor(options: { startContextMs: number; fit: ClockFit | null }) {
    this.#startContextMs = options.startContextMs;
    this.#fit = options.fit;
  }

  fromContext(contextMs: number): number;
  fromContext(contextMs: number | null): number | null;
  fromContext(contextMs: number | null): number | null {
    return contextMs === null ? null : contextMs - this.#startContextMs;
  }

  /** Null when the clocks were never read together. */
  fromEvent(eventMs: number | null): number | null {
    if (eventMs === null || this.#fit === null) return null;
    return this.#fit.toContextMs(eventMs) - this.#startContextMs;
  }
}
