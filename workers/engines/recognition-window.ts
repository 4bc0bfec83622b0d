// The audio a recogniser still works on, and where in it nobody speaks. Portable; used in the listen worker.

/** 10 ms at 16 kHz. */
const FRAME_SAMPLES = 160;
const SAMPLE_RATE_HZ = 16_000;
/** Speech is as loud as the median of its half second of loudest frames: a bang is shorter. */
const LOUDEST_FRAMES = 50;
/** The background is as loud as the quietest 80 ms. */
const FLOOR_FRAMES = 8;
/** Below -70 dBFS nothing is speech: the noise of a silent microphone input. */
const SILENCE_RMS = 3e-4;
/** Quiet: 30 dB under the loudest sound, which even an "f" exceeds in a clean recording. */
const QUIET_TO_LOUD = 0.03;
/** Over a noisy background: 4 dB above it, but never nearer than 20 dB to the loudest sound. */
const QUIET_TO_FLOOR = 1.6;
const MAX_QUIET_TO_LOUD = 0.1;

export interface SampleSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Mono 16 kHz samples from `start` to `end`, both counted from the first sample ever appended. Holds
 * at most `capacitySamples`: what would exceed that pushes out the oldest quarter.
 */
export class RecognitionWindow {
  readonly #capacity: number;
  #samples = new Float32Array(SAMPLE_RATE_HZ);
  #levels: number[] = [];
  #start = 0;
  #length = 0;
  /** Levels of the loudest frames so far, falling. */
  readonly #loudest: number[] = [];
  #floor = Infinity;

  constructor(capacitySamples: number) {
    this.#capacity = capacitySamples;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#start + this.#length;
  }

  /** Copies `pcm`. Returns whether old samples had to go. */
  append(pcm: Float32Array): boolean {
    this.#reserve(this.#length + pcm.length);
    this.#samples.set(pcm, this.#length);
    this.#length += pcm.length;
    this.#measure();
    if (this.#length <= this.#capacity) return false;
    this.dropBefore(this.end - 0.75 * this.#capacity);
    return true;
  }

  /** A copy of the samples between two positions of the window. */
  copy({ start, end }: SampleSpan): Float32Array {
    return this.#samples.slice(start - this.#start, end - this.#start);
  }

  /** Forgets what lies before `position`, rounded up to a whole frame. */
  dropBefore(position: number): void {
    const frames = this.#index(position);
    const dropped = frames * FRAME_SAMPLES;
    this.#samples.copyWithin(0, dropped, this.#length);
    this.#levels.splice(0, frames);
    this.#start += dropped;
    this.#length -= dropped;
  }

  /** Whether nobody speaks between two positions; true where nothing lies between. */
  isQuiet(from: number, to: number): boolean {
    const limit = this.#quietLimit();
    return this.#frames(from, to).every((level) => level <= limit);
  }

  /** How long the quiet at the end lasts. */
  trailingQuietSamples(): number {
    const limit = this.#quietLimit();
    const last = this.#levels.findLastIndex((level) => level > limit);
    return (this.#levels.length - 1 - last) * FRAME_SAMPLES;
  }

  /** From the first to the last frame before `end` that is not quiet; null when all are. */
  speechSpan(end: number): SampleSpan | null {
    const limit = this.#quietLimit();
    const levels = this.#frames(this.#start, end);
    const first = levels.findIndex((level) => level > limit);
    if (first < 0) return null;
    const last = levels.findLastIndex((level) => level > limit);
    return { start: this.#position(first), end: this.#position(last + 1) };
  }

  /** The middle of the last quiet stretch of at least `minSamples` between two positions, or null. */
  findPause(from: number, to: number, minSamples: number): number | null {
    const limit = this.#quietLimit();
    const minFrames = minSamples / FRAME_SAMPLES;
    const first = this.#index(from);
    let quiet = 0;
    for (let index = this.#index(to) - 1; index >= first; index -= 1) {
      quiet = (this.#levels[index] ?? 0) <= limit ? quiet + 1 : 0;
      const isStart = index === first || (this.#levels[index - 1] ?? 0) > limit;
      if (quiet >= minFrames && isStart) return this.#position(index + Math.floor(quiet / 2));
    }
    return null;
  }

  /** The middle of the quietest 80 ms between two positions: the best place to part running speech. */
  quietestPoint(from: number, to: number): number {
    const last = this.#index(to) - FLOOR_FRAMES;
    let best = this.#index(from);
    let bestLevel = Infinity;
    for (let index = best; index <= last; index += 1) {
      const level = sum(this.#levels.slice(index, index + FLOOR_FRAMES));
      if (level < bestLevel) [best, bestLevel] = [index, level];
    }
    return this.#position(best + FLOOR_FRAMES / 2);
  }

  #quietLimit(): number {
    const loud = this.#loudest[this.#loudest.length >> 1] ?? 0;
    const overFloor = Math.min(this.#floor * QUIET_TO_FLOOR, loud * MAX_QUIET_TO_LOUD);
    return Math.max(SILENCE_RMS, loud * QUIET_TO_LOUD, overFloor);
  }

  #measure(): void {
    while ((this.#levels.length + 1) * FRAME_SAMPLES <= this.#length) {
      const at = this.#levels.length * FRAME_SAMPLES;
      const level = rootMeanSquare(this.#samples.subarray(at, at + FRAME_SAMPLES));
      this.#levels.push(level);
      this.#rank(level);
      const recent = this.#levels.slice(-FLOOR_FRAMES);
      if (recent.length === FLOOR_FRAMES) {
        this.#floor = Math.min(this.#floor, sum(recent) / FLOOR_FRAMES);
      }
    }
  }

  #rank(level: number): void {
    const rank = this.#loudest.findIndex((other) => other < level);
    if (rank < 0 && this.#loudest.length === LOUDEST_FRAMES) return;
    this.#loudest.splice(rank < 0 ? this.#loudest.length : rank, 0, level);
    this.#loudest.length = Math.min(this.#loudest.length, LOUDEST_FRAMES);
  }

  #frames(from: number, to: number): readonly number[] {
    return this.#levels.slice(this.#index(from), Math.max(this.#index(from), this.#index(to)));
  }

  /** The first frame that starts at `position` or later. */
  #index(position: number): number {
    const frame = Math.ceil((position - this.#start) / FRAME_SAMPLES);
    return Math.min(Math.max(0, frame), this.#levels.length);
  }

  #position(index: number): number {
    return this.#start + index * FRAME_SAMPLES;
  }

  #reserve(length: number): void {
    if (length <= this.#samples.length) return;
    const larger = new Float32Array(Math.max(length, this.#samples.length * 2));
    larger.set(this.#samples.subarray(0, this.#length));
    this.#samples = larger;
  }
}

function rootMeanSquare(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return Math.sqrt(energy / samples.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
