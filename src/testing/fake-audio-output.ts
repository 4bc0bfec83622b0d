// A loudspeaker on a manual clock, for tests: plays what is written in its own time; portable.
import { abortable } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { AudioOutput, PlaybackCursor, PlaybackGate } from '../core/contracts/audio-io.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';

/** Playing advances, and is reported, in steps of this length. */
const STEP_MS = 10;

interface PendingWrite {
  left: number;
  readonly done: Deferred;
}

/** Takes samples without a bound and never underruns; `played` counts what was rendered per generation. */
export class FakeAudioOutput implements AudioOutput {
  readonly sampleRateHz: number;
  readonly played: Map<number, number> = new Map();
  readonly #clock: Clock;
  readonly #capacitySamples: number;
  readonly #listeners = new Set<(cursor: PlaybackCursor) => void>();
  readonly #waiting: PendingWrite[] = [];
  #queued = 0;
  #generation = 0;
  #gate: PlaybackGate = 'open';
  #isTicking = false;

  constructor(options: { clock: Clock; sampleRateHz?: number; capacityMs?: number }) {
    this.#clock = options.clock;
    this.sampleRateHz = options.sampleRateHz ?? 24_000;
    this.#capacitySamples = this.#toSamples(options.capacityMs ?? 5_000);
  }

  get cursor(): PlaybackCursor {
    return {
      generation: this.#generation,
      playedSamples: this.played.get(this.#generation) ?? 0,
      contextSamples: this.#toSamples(this.#clock.nowMs()),
      isAudible: this.#queued > 0 && this.#gate !== 'held',
      gate: this.#gate,
      underruns: 0,
    };
  }

  startGeneration(generation: number): void {
    if (generation <= this.#generation) {
      throw new TypeError(`generation must grow: ${generation} after ${this.#generation}`);
    }
    this.#drop();
    this.#generation = generation;
    this.#gate = 'open';
  }

  async write(pcm: Float32Array, { signal }: { signal: AbortSignal }): Promise<void> {
    signal.throwIfAborted();
    const pending = { left: pcm.length, done: createDeferred() };
    this.#waiting.push(pending);
    this.#fill();
    this.#start();
    await abortable(pending.done.promise, signal);
  }

  endGeneration(): void {
    this.#start();
  }

  setGate(gate: PlaybackGate): void {
    this.#gate = gate;
    this.#report();
    this.#start();
  }

  async flush(): Promise<void> {
    this.#drop();
    this.#report();
  }

  onCursor(listener: (cursor: PlaybackCursor) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  dispose(): void {
    this.#drop();
    this.#listeners.clear();
  }

  #start(): void {
    if (this.#isTicking || this.#gate === 'held' || this.#queued === 0) return;
    this.#isTicking = true;
    this.#clock.schedule(() => this.#step(), STEP_MS);
  }

  #step(): void {
    this.#isTicking = false;
    if (this.#gate === 'held') return;
    const count = Math.min(this.#queued, this.#toSamples(STEP_MS));
    this.#queued -= count;
    this.played.set(this.#generation, (this.played.get(this.#generation) ?? 0) + count);
    this.#fill();
    this.#report();
    this.#start();
  }

  #fill(): void {
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const room = Math.min(head.left, this.#capacitySamples - this.#queued);
      head.left -= room;
      this.#queued += room;
      if (head.left > 0) return;
      head.done.resolve();
      this.#waiting.shift();
    }
  }

  #drop(): void {
    this.#queued = 0;
    this.#waiting.length = 0;
  }

  #report(): void {
    for (const listener of [...this.#listeners]) listener(this.cursor);
  }

  #toSamples(lengthMs: number): number {
    return Math.round((this.sampleRateHz * lengthMs) / 1_000);
  }
}
