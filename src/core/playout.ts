// Renders one reply stream quantum by quantum: gate, fades, flush by generation, play cursor. Pure, on
// the audio thread; nothing allocates after construction.
import type { PlaybackGate } from './contracts/audio-io.ts';
import type { PlaybackRingReader, PlaybackStatus } from './playback-ring.ts';

/** Gains of the gate. -15 dB: the middle of the 12 to 18 dB by which a reply is ducked. */
export const GATE_GAINS: Readonly<Record<PlaybackGate, number>> = {
  open: 1,
  ducked: 10 ** (-15 / 20),
  held: 0,
};
/** A step this long is not heard as a click, yet a duck is complete within 20 ms of its command. */
const DUCK_MS = 15;
const HOLD_MS = 8;
const FADE_MS = 5;
/** A stream that ran dry gathers twice as much from then on, up to this, and half of that after each calm while. */
const MOST_PREBUFFER_MS = 200;
const CALM_MS = 10_000;
/** How often the cursor is reported while samples play. */
const REPORT_MS = 10;

export interface PlayoutOptions {
  readonly sampleRateHz: number;
  /** Gathered before a generation, or a stream that ran dry, is started: at least so much. Default 20 ms. */
  readonly prebufferMs?: number;
}

/** The state machine between a ring and the loudspeaker. */
export class Playout {
  readonly #ring: PlaybackRingReader;
  readonly #samplesPerMs: number;
  readonly #leastPrebufferSamples: number;
  readonly #mostPrebufferSamples: number;
  #prebufferSamples: number;
  /** Played since it ran dry, or gathers less. */
  #calmSamples = 0;
  readonly #status: PlaybackStatus = {
    generation: 0,
    playedSamples: 0,
    contextSamples: 0,
    isAudible: false,
    gate: 'open',
    underruns: 0,
  };
  #epoch = 0;
  #isPlaying = false;
  #isLeaving = false;
  #ranDry = false;
  /** The gain now, where it goes, and how many samples it still takes. */
  #gain = 1;
  #targetGain = 1;
  #gainStep = 0;
  #rampSamples = 0;
  /** A stream that breaks off is led to zero from its last value. */
  #lastSample = 0;
  #tail = 0;
  #tailStep = 0;
  #tailSamples = 0;
  #tailFrom = 0;
  /** Samples of the current generation in this quantum, and since the last report. */
  #renderedSamples = 0;
  #sinceReport = 0;
  #isChanged = true;

  constructor(ring: PlaybackRingReader, options: PlayoutOptions) {
    this.#ring = ring;
    this.#samplesPerMs = options.sampleRateHz / 1000;
    const toPrebuffer = (ms: number): number =>
      Math.min(Math.round(ms * this.#samplesPerMs), ring.capacitySamples / 2);
    this.#leastPrebufferSamples = toPrebuffer(options.prebufferMs ?? 20);
    this.#mostPrebufferSamples = toPrebuffer(MOST_PREBUFFER_MS);
    this.#prebufferSamples = this.#leastPrebufferSamples;
  }

  /** The cursor after the last quantum; the same object each time, changed in place. */
  get status(): Readonly<PlaybackStatus> {
    return this.#status;
  }

  /**
   * Fills `output` with the next samples. `contextSamples` is the context frame of the first one.
   * Returns whether the cursor should be reported now: after each 10 ms of playing, and at once when
   * something changed.
   */
  render(output: Float32Array, contextSamples: number): boolean {
    this.#ring.refresh();
    this.#renderedSamples = 0;
    this.#tailFrom = 0;
    output.fill(0);
    const at = this.#isOutdated() ? this.#leave(output) : 0;
    if (at < output.length) this.#play(output, at);
    this.#mixTail(output);
    this.#status.contextSamples = contextSamples + output.length;
    return this.#isReportDue();
  }

  #isOutdated(): boolean {
    return this.#ring.epoch !== this.#epoch || this.#ring.isDiscarding;
  }

  /** Fades out what is to be dropped, then jumps; returns the index from which output is free. */
  #leave(output: Float32Array): number {
    if (!this.#isPlaying || this.#gain === 0) {
      this.#jump();
      return 0;
    }
    if (!this.#isLeaving) this.#startRamp(0, FADE_MS);
    this.#isLeaving = true;
    const rest = this.#ring.isDiscarding ? this.#ring.availableSamples : 0;
    const count = Math.min(output.length, this.#rampSamples, rest);
    this.#emit(output, 0, count);
    if (this.#rampSamples > 0 && count < rest) return output.length;
    this.#startTail(count, this.#rampSamples);
    this.#jump();
    return count;
  }

  #jump(): void {
    this.#ring.discard();
    if (this.#ring.epoch !== this.#epoch) {
      this.#epoch = this.#ring.epoch;
      this.#status.generation = this.#ring.generation;
      this.#status.playedSamples = 0;
      this.#renderedSamples = 0;
    }
    this.#isPlaying = false;
    this.#isLeaving = false;
    this.#ranDry = false;
    this.#setGain(GATE_GAINS[this.#status.gate]);
    this.#isChanged = true;
  }

  #play(output: Float32Array, at: number): void {
    this.#applyGate();
    if (!this.#isPlaying && !this.#start()) return;
    // A fade to silence stops taking samples exactly where it ends, so that none is lost.
    const room = output.length - at;
    const wanted = this.#targetGain === 0 ? Math.min(room, this.#rampSamples) : room;
    const count = Math.min(wanted, this.#ring.availableSamples);
    this.#emit(output, at, count);
    if (count < wanted) this.#stop(at + count);
  }

  #applyGate(): void {
    const before = this.#status.gate;
    const gate = this.#ring.gate;
    if (gate === before) return;
    this.#status.gate = gate;
    this.#isChanged = true;
    const isHold = gate === 'held' || before === 'held';
    if (this.#isPlaying) this.#startRamp(GATE_GAINS[gate], isHold ? HOLD_MS : DUCK_MS);
    else this.#setGain(GATE_GAINS[gate]);
  }

  #start(): boolean {
    const available = this.#ring.availableSamples;
    const isEnough = available >= this.#prebufferSamples || this.#ring.isEnded;
    if (available === 0 || !isEnough || this.#targetGain === 0) return false;
    this.#isPlaying = true;
    if (this.#ranDry) {
      this.#gain = 0;
      this.#startRamp(GATE_GAINS[this.#status.gate], FADE_MS);
    }
    this.#ranDry = false;
    return true;
  }

  /** The ring is empty at index `at`: the end of the generation, or an underrun. */
  #stop(at: number): void {
    this.#isPlaying = false;
    this.#isChanged = true;
    this.#startTail(at, Math.round(FADE_MS * this.#samplesPerMs));
    this.#setGain(GATE_GAINS[this.#status.gate]);
    if (this.#ring.isEnded) return;
    this.#ranDry = true;
    this.#status.underruns += 1;
    this.#gather(this.#prebufferSamples * 2);
  }

  #gather(samples: number): void {
    const least = Math.max(samples, this.#leastPrebufferSamples);
    this.#prebufferSamples = Math.min(least, this.#mostPrebufferSamples);
    this.#calmSamples = 0;
  }

  #emit(output: Float32Array, at: number, count: number): void {
    this.#ring.take(output, at, count);
    this.#status.playedSamples += count;
    this.#renderedSamples += count;
    this.#calmSamples += count;
    if (this.#calmSamples >= CALM_MS * this.#samplesPerMs) this.#gather(this.#prebufferSamples / 2);
    const isPlain = this.#rampSamples === 0 && this.#gain === 1;
    for (let i = isPlain ? at + count : at; i < at + count; i += 1) {
      if (this.#rampSamples > 0) {
        this.#rampSamples -= 1;
        this.#gain = this.#rampSamples === 0 ? this.#targetGain : this.#gain + this.#gainStep;
      }
      output[i] = (output[i] ?? 0) * this.#gain;
    }
    if (count > 0) this.#lastSample = output[at + count - 1] ?? 0;
  }

  #setGain(gain: number): void {
    this.#gain = gain;
    this.#targetGain = gain;
    this.#rampSamples = 0;
  }

  #startRamp(targetGain: number, lengthMs: number): void {
    this.#rampSamples = Math.max(1, Math.round(lengthMs * this.#samplesPerMs));
    this.#targetGain = targetGain;
    this.#gainStep = (targetGain - this.#gain) / this.#rampSamples;
  }

  #startTail(from: number, samples: number): void {
    if (samples === 0) return;
    this.#tailFrom = from;
    this.#tail = this.#lastSample;
    this.#tailSamples = samples;
    this.#tailStep = this.#lastSample / samples;
  }

  #mixTail(output: Float32Array): void {
    for (let i = this.#tailFrom; i < output.length && this.#tailSamples > 0; i += 1) {
      this.#tail -= this.#tailStep;
      this.#tailSamples -= 1;
      output[i] = (output[i] ?? 0) + (this.#tailSamples === 0 ? 0 : this.#tail);
    }
  }

  #isReportDue(): boolean {
    const isAudible = this.#renderedSamples > 0;
    if (isAudible !== this.#status.isAudible) this.#isChanged = true;
    this.#status.isAudible = isAudible;
    this.#sinceReport += this.#renderedSamples;
    if (!this.#isChanged && this.#sinceReport < REPORT_MS * this.#samplesPerMs) return false;
    this.#isChanged = false;
    this.#sinceReport = 0;
    return true;
  }
}
