// Turns what was written to the output into levels by context time, as far as it was rendered: the
// reference of the echo guard. Portable; runs in the turn worker, beside the writer of the output.
import type { PlaybackCursor, PlaybackGate } from '../core/contracts/audio-io.ts';
import { GATE_GAINS } from '../core/playout.ts';
import { toDecibels, toRms } from '../core/pcm.ts';
import { ECHO_FRAME_MS } from '../turn/reference-track.ts';

/** More than a minute waiting to be rendered: the output holds seconds. What exceeds it counts as silence. */
const MAX_FRAMES = 8_192;
const SILENT_DB = -120;

/** AudioContext time of the frame's first sample; mean square in dB relative to full scale, gate included. */
export type ReferenceListener = (atMs: number, powerDb: number) => void;

export class PlayoutEnvelope {
  readonly #listener: ReferenceListener;
  /** Levels of the current generation by number of frame, in a ring. */
  readonly #levels: Float32Array = new Float32Array(MAX_FRAMES);
  #generation = 0;
  #sampleRateHz = 0;
  #frame: Float32Array<ArrayBuffer> = new Float32Array(0);
  #filled = 0;
  #writtenFrames = 0;
  #emittedFrames = 0;
  #playedSamples = 0;
  #cursor: Pick<PlaybackCursor, 'contextSamples' | 'isAudible' | 'gate'> | null = null;

  /** @param listener called for each frame of 8 ms once all of it was rendered, in order of time. */
  constructor(listener: ReferenceListener) {
    this.#listener = listener;
  }

  /**
   * Samples that are about to be written to the output, at the output's rate; they are read, not kept. A
   * new generation forgets what is left of the one before.
   */
  addPcm(generation: number, pcm: Float32Array, sampleRateHz: number): void {
    if (generation !== this.#generation) this.#start(generation, sampleRateHz);
    for (let at = 0; at < pcm.length;) {
      const part = pcm.subarray(at, at + this.#frame.length - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#frame.length) this.#closeFrame();
    }
  }

  /** A report of the output, of whatever generation. */
  handleCursor(cursor: PlaybackCursor): void {
    if (cursor.generation === this.#generation && this.#sampleRateHz > 0) this.#emit(cursor);
    const { contextSamples, isAudible, gate } = cursor;
    this.#cursor = { contextSamples, isAudible, gate };
  }

  #start(generation: number, sampleRateHz: number): void {
    const samples = Math.round((sampleRateHz * ECHO_FRAME_MS) / 1_000);
    if (samples !== this.#frame.length) this.#frame = new Float32Array(samples);
    this.#generation = generation;
    this.#sampleRateHz = sampleRateHz;
    this.#filled = 0;
    this.#writtenFrames = 0;
    this.#emittedFrames = 0;
    this.#playedSamples = 0;
  }

  #closeFrame(): void {
    const levelDb = Math.max(SILENT_DB, toDecibels(toRms(this.#frame)));
    this.#levels[this.#writtenFrames % MAX_FRAMES] = levelDb;
    this.#writtenFrames += 1;
    this.#filled = 0;
  }

  #emit(cursor: PlaybackCursor): void {
    const samples = this.#frame.length;
    const rendered = Math.min(this.#writtenFrames, Math.floor(cursor.playedSamples / samples));
    const origin = this.#toOrigin(cursor);
    const gainDb = toDecibels(this.#toGain(cursor.gate));
    for (; this.#emittedFrames < rendered; this.#emittedFrames += 1) {
      const isKept = this.#emittedFrames >= this.#writtenFrames - MAX_FRAMES;
      const levelDb = isKept
        ? (this.#levels[this.#emittedFrames % MAX_FRAMES] ?? SILENT_DB)
        : SILENT_DB;
      const atSamples = origin + this.#emittedFrames * samples;
      const atMs = (atSamples * 1_000) / this.#sampleRateHz;
      this.#listener(atMs, Math.max(SILENT_DB, levelDb + gainDb));
    }
    this.#playedSamples = cursor.playedSamples;
  }

  /** Context time of the generation's first sample, had it been rendered without a break up to now. */
  #toOrigin(cursor: PlaybackCursor): number {
    const since = cursor.playedSamples - this.#playedSamples;
    const before = this.#cursor;
    // What fell silent since the last report went on from there, and ended before this one.
    const end =
      before?.isAudible === true && !cursor.isAudible
        ? Math.min(cursor.contextSamples, before.contextSamples + since)
        : cursor.contextSamples;
    return end - cursor.playedSamples;
  }

  /** A gate moves within a few milliseconds: until it has, the louder side of it counts. */
  #toGain(gate: PlaybackGate): number {
    return Math.max(GATE_GAINS[gate], GATE_GAINS[this.#cursor?.gate ?? gate]);
  }
}
