// Tells the agent's voice in the microphone from the person's, by levels: the echo of what the player
// rendered is predicted frame by frame. Pure, on audio time; nothing allocates after construction.
import { EnvelopeCorrelator } from './envelope-correlator.ts';
import { LevelQuantile } from './level-quantile.ts';
import { NoiseFloor } from './noise-floor.ts';
import { ECHO_FRAME_MS, ReferenceTrack, SILENT_DB } from './reference-track.ts';

export interface EchoGuardOptions {
  /** Level of the echo relative to the reference that is assumed until it is learned. */
  readonly assumedCouplingDb: number;
  /** By how much a frame must exceed the predicted echo to be somebody else's. */
  readonly marginDb: number;
  /** Longest way from the player's samples to the microphone's, devices and browser included. */
  readonly maxDelayMs: number;
}

/**
 * `clear`: no echo explains the window. `echo`: one does. `suspect`: the coupling is not known yet, and
 * the window is louder than the one assumed.
 */
export type EchoVerdict = 'clear' | 'suspect' | 'echo';

/** A coupling that can be kept per pair of devices. */
export interface EchoCouplingRecord {
  /** `none`: no echo was ever heard, as with headphones. */
  readonly state: 'unknown' | 'learned' | 'none';
  /** Median of the echo's level relative to the reference; `marginDb` covers what lies above. */
  readonly gainDb: number;
  readonly delayMs: number;
}

export interface EchoCoupling extends EchoCouplingRecord {
  /** Correlation of the two envelopes at the best delay, 0 to 1. */
  readonly confidence: number;
}

/** A window is the person's when so many of its four frames exceed the prediction. */
const CLEAR_FRAMES = 2;
/** So is one in which the mean excess of the last 128 ms is above a third of the margin. */
const EXCESS_FRAMES = 16;
const EXCESS_SHARE = 1 / 3;
/** What one frame adds to that mean, in dB: neither a pause nor a peak decides alone. */
const MIN_EXCESS_DB = -3;
const MAX_EXCESS_DB = 10;
/** For so many windows after one that was the person's, a single such frame goes on. */
const HANGOVER_WINDOWS = 4;
const FRAMES_PER_WINDOW = 4;
const FRAME_SAMPLES = 128;
/** A room of 0.5 s reverberation time loses this per frame. */
const DECAY_DB = 1;
/** Two voices hardly rise and fall together so closely for half a second; an echo that is heard does. */
const SURE_CORRELATION = 0.8;
const SURE_FRAMES = 60;
/** The better delay must be better by this to replace a learned one. */
const DELAY_HYSTERESIS = 0.05;
/** Frames without the echo that was due that make headphones: 1.5 s; a heard one counts against several. */
const NONE_FRAMES = 188;
const HEARD_WEIGHT = 4;
/** After so many quiet frames what was correlated says nothing of the next sound. */
const FRESH_FRAMES = 60;
/** A frame is heard when it is this much above the noise. */
const HEARD_DB = 6;
/** The middle of the echo's levels; what they vary by is left to the margin. */
const GAIN_QUANTILE = 0.5;
const GAIN_MEMORY_FRAMES = 250;
/** Only frames whose reference is at most this far below the loudest of late teach the gain. */
const STRONG_RANGE_DB = 20;
const PEAK_DECAY_DB = 0.02;

export class EchoGuard {
  #options: EchoGuardOptions;
  readonly #reference = new ReferenceTrack();
  readonly #noise = new NoiseFloor();
  readonly #gain = new LevelQuantile(GAIN_MEMORY_FRAMES);
  #correlator: EnvelopeCorrelator;
  #state: EchoCouplingRecord['state'] = 'unknown';
  #gainDb = 0;
  #delayFrames = 0;
  #peakDb = SILENT_DB;
  /** Reference as the microphone would hear it, with the room's decay, before the gain. */
  #tailDb = SILENT_DB;
  /** Quiet frames in a row, and those of them in which an echo was due. */
  #quietFrames = 0;
  #silentScore = 0;
  #hangover = 0;
  #excessDb = 0;
  #frame = 0;
  readonly #referenceAt = (delay: number): number => this.#reference.levelAt(this.#frame - delay);

  constructor(options: EchoGuardOptions) {
    this.#options = options;
    this.#correlator = new EnvelopeCorrelator(toDelays(options));
  }

  /** Options hold from the next window on; another longest delay forgets what was correlated. */
  setOptions(options: EchoGuardOptions): void {
    if (toDelays(options) !== toDelays(this.#options)) {
      this.#correlator = new EnvelopeCorrelator(toDelays(options));
    }
    this.#options = options;
  }

  get coupling(): EchoCoupling {
    return { ...this.toRecord(), confidence: Math.max(0, this.#correlator.bestCorrelation) };
  }

  toRecord(): EchoCouplingRecord {
    return {
      state: this.#state,
      gainDb: this.#gainDb,
      delayMs: this.#delayFrames * ECHO_FRAME_MS,
    };
  }

  /** Starts from a kept coupling, which what is heard then corrects. What cannot be one is ignored. */
  fromRecord(record: EchoCouplingRecord): void {
    this.reset();
    const delayFrames = Math.round(record.delayMs / ECHO_FRAME_MS);
    const isDelay = delayFrames >= 0 && delayFrames < toDelays(this.#options);
    if (record.state === 'unknown' || !isDelay || !Number.isFinite(record.gainDb)) return;
    this.#state = record.state;
    this.#gainDb = record.gainDb;
    this.#delayFrames = delayFrames;
    if (record.state === 'learned') this.#gain.seed(record.gainDb, SURE_FRAMES);
  }

  /** Forgets the coupling and all that was heard, for example when a device changes. */
  reset(): void {
    this.#reference.reset();
    this.#noise.reset();
    this.#gain.reset();
    this.#correlator.reset();
    this.#state = 'unknown';
    this.#gainDb = 0;
    this.#delayFrames = 0;
    this.#peakDb = SILENT_DB;
    this.#tailDb = SILENT_DB;
    this.#quietFrames = 0;
    this.#silentScore = 0;
    this.#hangover = 0;
    this.#excessDb = 0;
  }

  /**
   * One frame of what the loudspeaker was given, gate included: AudioContext time of its first sample and
   * its mean square in dB relative to full scale. What is never given counts as silence; a frame must
   * come before the window that holds its echo.
   */
  handleReference(atMs: number, powerDb: number): void {
    this.#reference.add(atMs, powerDb);
  }

  /** Judges one window of 512 samples at 16 kHz, and learns from it. Windows come in order. */
  handleWindow(window: { startMs: number; pcm: Float32Array }): EchoVerdict {
    let exceeding = 0;
    let isExplicable = false;
    const first = Math.round(window.startMs / ECHO_FRAME_MS);
    for (let index = 0; index < FRAMES_PER_WINDOW; index += 1) {
      this.#frame = first + index;
      const power = toPower(window.pcm, index * FRAME_SAMPLES);
      this.#noise.add(power);
      const levelDb = 10 * Math.log10(power + 1e-12);
      const echoDb = this.#predict();
      const noiseDb = this.#noise.levelDb;
      const isEchoHeard = echoDb > noiseDb - this.#options.marginDb;
      if (isEchoHeard) isExplicable = true;
      if (levelDb > Math.max(echoDb, noiseDb) + this.#options.marginDb) exceeding += 1;
      this.#addExcess(isEchoHeard ? levelDb - echoDb : 0);
      this.#countSilence(levelDb > noiseDb + HEARD_DB, echoDb > noiseDb + HEARD_DB);
      this.#learn(levelDb, noiseDb);
    }
    this.#conclude();
    if (!isExplicable || this.#state === 'none') return 'clear';
    if (!this.#isExceeded(exceeding)) return 'echo';
    return this.#state === 'learned' ? 'clear' : 'suspect';
  }

  #isExceeded(frames: number): boolean {
    const isLouder =
      this.#state === 'learned' && this.#excessDb > this.#options.marginDb * EXCESS_SHARE;
    const isClear = frames >= CLEAR_FRAMES || isLouder;
    this.#hangover = isClear ? HANGOVER_WINDOWS : Math.max(0, this.#hangover - 1);
    return isClear || (frames > 0 && this.#hangover > 0);
  }

  #addExcess(excessDb: number): void {
    const limited = Math.max(MIN_EXCESS_DB, Math.min(MAX_EXCESS_DB, excessDb));
    this.#excessDb += (limited - this.#excessDb) / EXCESS_FRAMES;
  }

  /** Level of the echo in this frame; -Infinity when there can be none. */
  #predict(): number {
    const isLearned = this.#state === 'learned';
    const nearest = isLearned ? Math.max(0, this.#delayFrames - 1) : 0;
    const furthest = isLearned ? this.#delayFrames + 1 : toDelays(this.#options) - 1;
    let levelDb = SILENT_DB;
    for (let delay = nearest; delay <= furthest; delay += 1) {
      levelDb = Math.max(levelDb, this.#referenceAt(delay));
    }
    this.#tailDb = Math.max(levelDb, this.#tailDb - DECAY_DB, SILENT_DB);
    if (this.#tailDb <= SILENT_DB) return -Infinity;
    return this.#tailDb + (isLearned ? this.#gainDb : this.#options.assumedCouplingDb);
  }

  /** Silence says that there is no echo only where one would be heard. */
  #countSilence(isHeard: boolean, isEchoDue: boolean): void {
    this.#quietFrames = isHeard ? 0 : this.#quietFrames + 1;
    if (isHeard) this.#silentScore = Math.max(0, this.#silentScore - HEARD_WEIGHT);
    else if (isEchoDue) this.#silentScore += 1;
  }

  #learn(levelDb: number, noiseDb: number): void {
    const sinceSound = this.#frame - this.#reference.lastSounding;
    if (sinceSound >= toDelays(this.#options)) return;
    if (this.#state === 'none' && this.#quietFrames > FRESH_FRAMES) {
      this.#correlator.reset();
      this.#gain.reset();
      return;
    }
    this.#correlator.add(Math.max(levelDb, noiseDb), this.#referenceAt);
    this.#learnGain(levelDb);
  }

  /** A frame louder than predicted is the person's, unless the envelopes say that it is all echo. */
  #learnGain(levelDb: number): void {
    const isLearned = this.#state === 'learned';
    const delay = isLearned ? this.#delayFrames : this.#correlator.bestDelay;
    const referenceDb = this.#referenceAt(delay);
    this.#peakDb = Math.max(referenceDb, this.#peakDb - PEAK_DECAY_DB);
    if (referenceDb <= SILENT_DB || referenceDb < this.#peakDb - STRONG_RANGE_DB) return;
    const gainDb = levelDb - referenceDb;
    const isExceeding = isLearned && gainDb > this.#gainDb + this.#options.marginDb;
    if (!isExceeding || this.#isSure) this.#gain.add(gainDb);
  }

  get #isSure(): boolean {
    const { bestCorrelation, frames } = this.#correlator;
    return bestCorrelation >= SURE_CORRELATION && frames >= SURE_FRAMES;
  }

  #conclude(): void {
    this.#correlator.findBest();
    if (this.#silentScore >= NONE_FRAMES) {
      this.#state = 'none';
      this.#silentScore = NONE_FRAMES;
    } else if (this.#isSure) {
      this.#settleDelay(this.#correlator.bestDelay, this.#correlator.bestCorrelation);
    }
    if (this.#state === 'learned' && this.#gain.weight > 0) {
      this.#gainDb = this.#gain.quantile(GAIN_QUANTILE);
    }
  }

  #settleDelay(delay: number, correlation: number): void {
    const held = this.#correlator.correlationAt(this.#delayFrames);
    const isKnown = this.#state === 'learned';
    this.#state = 'learned';
    if (isKnown && correlation <= held + DELAY_HYSTERESIS) return;
    // Another way through the room has another gain.
    if (isKnown && Math.abs(delay - this.#delayFrames) > 2) this.#gain.reset();
    this.#delayFrames = delay;
  }
}

function toDelays(options: EchoGuardOptions): number {
  return Math.floor(options.maxDelayMs / ECHO_FRAME_MS) + 1;
}

/** Mean square of one frame of a window. */
function toPower(pcm: Float32Array, from: number): number {
  let sum = 0;
  for (let index = from; index < from + FRAME_SAMPLES; index += 1) {
    const sample = pcm[index] ?? 0;
    sum += sample * sample;
  }
  return sum / FRAME_SAMPLES;
}
