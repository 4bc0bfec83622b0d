// Evens out the arrival of audio: plays once a target is gathered, never holds more than a maximum.
// Portable; `push` and `pull` of floats allocate nothing, so it may run on the audio thread.
import { SampleRing } from './ring-buffer.ts';

export interface JitterBufferLimits {
  /** Gathered before playing starts, and again after running dry. */
  readonly targetMs: number;
  /** Beyond this the oldest samples are dropped, down to the target. */
  readonly maximumMs: number;
}

/** Limits for conversation, where delay hurts, and for recording, where gaps do. */
export const JITTER_PRESETS: Readonly<Record<'chat' | 'recording', JitterBufferLimits>> = {
  chat: { targetMs: 100, maximumMs: 500 },
  recording: { targetMs: 500, maximumMs: 5000 },
};

export type JitterBufferEvent =
  | { readonly type: 'start' | 'underrun'; readonly bufferedMs: number }
  | { readonly type: 'drop'; readonly droppedMs: number };

export interface JitterBufferOptions {
  readonly sampleRateHz: number;
  /** Default `chat`. */
  readonly limits?: keyof typeof JITTER_PRESETS | JitterBufferLimits;
  /** Telemetry; called synchronously, must not throw. */
  readonly onEvent?: (event: JitterBufferEvent) => void;
}

export interface JitterBufferStats {
  readonly bufferedMs: number;
  readonly isPlaying: boolean;
  readonly pushedSamples: number;
  readonly pulledSamples: number;
  readonly droppedSamples: number;
  /** Times it ran dry before `end`. */
  readonly underruns: number;
}

/** Mono float samples in, the same out, later. */
export class JitterBuffer {
  readonly #ring: SampleRing;
  readonly #samplesPerMs: number;
  readonly #targetSamples: number;
  readonly #onEvent: ((event: JitterBufferEvent) => void) | undefined;
  #isPlaying = false;
  #isEnded = false;
  #pushedSamples = 0;
  #pulledSamples = 0;
  #droppedSamples = 0;
  #underruns = 0;

  constructor(options: JitterBufferOptions) {
    const { sampleRateHz, limits = 'chat' } = options;
    const { targetMs, maximumMs } = typeof limits === 'string' ? JITTER_PRESETS[limits] : limits;
    if (!(sampleRateHz > 0))
      throw new TypeError(`sampleRateHz: must be positive, got ${sampleRateHz}`);
    if (!(targetMs >= 0 && targetMs <= maximumMs && maximumMs > 0)) {
      throw new TypeError(
        `limits: need 0 <= targetMs <= maximumMs, got ${targetMs} and ${maximumMs}`,
      );
    }
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#targetSamples = Math.round(targetMs * this.#samplesPerMs);
    this.#ring = new SampleRing(Math.ceil(maximumMs * this.#samplesPerMs));
    this.#onEvent = options.onEvent;
  }

  get stats(): JitterBufferStats {
    return {
      bufferedMs: this.#ring.availableSamples / this.#samplesPerMs,
      isPlaying: this.#isPlaying,
      pushedSamples: this.#pushedSamples,
      pulledSamples: this.#pulledSamples,
      droppedSamples: this.#droppedSamples,
      underruns: this.#underruns,
    };
  }

  /** Copies `pcm` in. What does not fit pushes out the oldest, down to the target. */
  push(pcm: Float32Array): void {
    this.#pushedSamples += pcm.length;
    this.#isEnded = false;
    if (pcm.length > this.#ring.freeSamples) this.#makeRoom(pcm.length);
    this.#ring.push(pcm, Math.max(0, pcm.length - this.#ring.capacitySamples));
  }

  /**
   * Fills `into` with the next samples and returns how many there were; the rest is silence. Nothing
   * comes until the target is gathered, or `end` was called.
   */
  pull(into: Float32Array): number {
    if (!this.#isPlaying) this.#start();
    const count = this.#isPlaying ? this.#ring.pull(into) : 0;
    into.fill(0, count);
    this.#pulledSamples += count;
    if (this.#isPlaying && count < into.length) this.#stop();
    return count;
  }

  /** Says that nothing follows: what is left is played whatever its length, and its end is no underrun. */
  end(): void {
    this.#isEnded = true;
  }

  /** Forgets what is buffered, without counting it as dropped, and gathers anew. */
  clear(): void {
    this.#ring.clear();
    this.#isPlaying = false;
    this.#isEnded = false;
  }

  #start(): void {
    const available = this.#ring.availableSamples;
    if (available === 0 || (available < this.#targetSamples && !this.#isEnded)) return;
    this.#isPlaying = true;
    this.#onEvent?.({ type: 'start', bufferedMs: available / this.#samplesPerMs });
  }

  #stop(): void {
    this.#isPlaying = false;
    if (this.#isEnded) return;
    this.#underruns += 1;
    this.#onEvent?.({ type: 'underrun', bufferedMs: 0 });
  }

  /** Drops down to the target at once, not sample by sample: one gap is heard, not a stutter. */
  #makeRoom(incoming: number): void {
    const kept = Math.max(0, this.#targetSamples - incoming);
    const dropped = this.#ring.drop(this.#ring.availableSamples - kept);
    const cut = Math.max(0, incoming - this.#ring.capacitySamples);
    this.#droppedSamples += dropped + cut;
    this.#onEvent?.({ type: 'drop', droppedMs: (dropped + cut) / this.#samplesPerMs });
  }
}
