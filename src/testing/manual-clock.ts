// Time that moves only when told to, for tests; portable.
import type { Clock } from '../core/clock.ts';
import { nextMacrotask } from '../core/macrotask.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Starts at 0 ms. Timers fire in order of their due time, equal ones in the order they were set. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers: readonly Timer[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), callback };
    const after = this.#timers.findIndex((other) => other.dueMs > timer.dueMs);
    this.#timers = this.#timers.toSpliced(after < 0 ? this.#timers.length : after, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /**
   * Moves on by `byMs` and fires what falls due, also what those callbacks set. Before the first
   * timer and after each one, promise chains and queued messages run, so that code which waits in
   * turns can set its next timer in time.
   */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await nextMacrotask();
    while (this.#fireNext(untilMs)) await nextMacrotask();
    this.#nowMs = untilMs;
  }

  /** As {@link advance}, in one go: for code without promises. */
  advanceSync(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    while (this.#fireNext(untilMs));
    this.#nowMs = untilMs;
  }

  #fireNext(untilMs: number): boolean {
    const [next, ...rest] = this.#timers;
    if (next === undefined || next.dueMs > untilMs) return false;
    this.#timers = rest;
    this.#nowMs = next.dueMs;
    next.callback();
    return true;
  }
}
