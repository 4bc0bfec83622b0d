// Listens: captured samples to 16 kHz windows with their speech probability, and a short memory for
// what came before a turn was noticed. Runs in the turn worker; timed by samples, never by timers.
import type { AudioInput } from '../core/contracts/audio-io.ts';
import type { KeywordSpotter } from '../core/contracts/keyword-spotter.ts';
import type { VadEngine } from '../core/contracts/vad.ts';
import { toDecibels, toRms } from '../core/pcm.ts';
import { Resampler } from '../core/resampler.ts';
import type { HeardWindow } from './dialogue-options.ts';
import type { HeardAudio } from './listening.ts';

export interface EarsOptions {
  readonly input: AudioInput;
  readonly vad: VadEngine;
  /** What listens for the wake phrase now. Default nobody. */
  readonly getSpotter?: () => KeywordSpotter | null;
  readonly onWindow: (window: HeardWindow) => void;
}

/** Longest pre-roll option plus the longest wait for a worker's decision. */
const MEMORY_SAMPLES = 16_000 * 4;
/** The audio context renders, and the worklet captures, so many samples at once. */
const QUANTUM_SAMPLES = 128;

export class Ears implements HeardAudio {
  readonly #input: AudioInput;
  #vad: VadEngine;
  readonly #getSpotter: () => KeywordSpotter | null;
  readonly #onWindow: (window: HeardWindow) => void;
  readonly #memory = new Float32Array(MEMORY_SAMPLES);
  readonly #window: Float32Array;
  readonly #resampler: Resampler;
  readonly #block: Float32Array;
  readonly #resampled: Float32Array;
  #filled = 0;
  /** What is still to be read and forgotten after a restart. */
  #skipSamples = 0;
  /** 16 kHz samples taken since `#originMs`. */
  #takenSamples = 0;
  /** AudioContext time of the first 16 kHz sample counted in `#takenSamples`. */
  #originMs = 0;
  #memorySamples = 0;
  #isListening = false;

  constructor(options: EarsOptions) {
    this.#input = options.input;
    this.#vad = options.vad;
    this.#getSpotter = options.getSpotter ?? (() => null);
    this.#onWindow = options.onWindow;
    this.#window = new Float32Array(options.vad.windowSamples);
    this.#resampler = new Resampler({
      fromHz: this.#input.sampleRateHz,
      toHz: this.#vad.sampleRateHz,
    });
    const firstSamples = this.#resampler.inputSamplesFor(this.#window.length);
    this.#block = new Float32Array(QUANTUM_SAMPLES + firstSamples);
    this.#resampled = new Float32Array(this.#resampler.maxOutputSamples(firstSamples));
  }

  /** While false, what is captured is not the person's: it is read and forgotten. */
  setListening(isListening: boolean): void {
    if (isListening === this.#isListening) return;
    this.#isListening = isListening;
    this.#restart();
  }

  /** From the next window on; of the same rate and window as the one before, which is the caller's again. */
  setVad(vad: VadEngine): void {
    this.#vad = vad;
  }

  get nowMs(): number {
    return this.#originMs + this.#takenSamples / this.#samplesPerMs;
  }

  get lostMs(): number {
    return (this.#input.stats.lostSamples / this.#input.sampleRateHz) * 1_000;
  }

  since(fromMs: number): Float32Array {
    const wanted = Math.round((this.nowMs - fromMs) * this.#samplesPerMs);
    const count = Math.max(0, Math.min(wanted, this.#memorySamples, MEMORY_SAMPLES));
    const copy = new Float32Array(count);
    const start = this.#takenSamples - count;
    for (let index = 0; index < count; index += 1) {
      copy[index] = this.#memory[(start + index) % MEMORY_SAMPLES] ?? 0;
    }
    return copy;
  }

  /** Listens until the signal fires; rejects then with its reason, or with what broke. */
  async run(signal: AbortSignal): Promise<never> {
    this.#restart();
    let expected = this.#input.positionSamples;
    for (;;) {
      const block = this.#block.subarray(0, this.#missingSamples);
      await this.#input.waitForSamples(block.length, { signal });
      const count = this.#input.read(block);
      // What was lost since the last read breaks the stream, and over a port the first block alone
      // tells where it begins: begin anew at the right time.
      if (this.#input.positionSamples - count !== expected) this.#restart(count);
      expected = this.#input.positionSamples;
      await this.#take(block.subarray(0, count));
      signal.throwIfAborted();
    }
  }

  async #take(block: Float32Array): Promise<void> {
    if (!this.#isListening) {
      this.#restart();
      return;
    }
    for (let at = 0; at < block.length;) {
      // More than one window needs only where the stream began anew within the block.
      const part = block.subarray(at, at + this.#missingSamples);
      at += part.length;
      const skipped = Math.min(this.#skipSamples, part.length);
      this.#skipSamples -= skipped;
      const count = this.#resampler.process(part.subarray(skipped), this.#resampled);
      this.#window.set(this.#resampled.subarray(0, count), this.#filled);
      this.#filled += count;
      if (this.#filled === this.#window.length) await this.#handleWindow();
    }
  }

  /** To be read until the window is full: no sample is waited for that it does not need. */
  get #missingSamples(): number {
    const missing = this.#resampler.inputSamplesFor(this.#window.length - this.#filled);
    return this.#skipSamples + missing;
  }

  async #handleWindow(): Promise<void> {
    this.#filled = 0;
    for (const sample of this.#window) {
      this.#memory[this.#takenSamples % MEMORY_SAMPLES] = sample;
      this.#takenSamples += 1;
    }
    this.#memorySamples += this.#window.length;
    const endMs = this.nowMs;
    const startMs = endMs - this.#window.length / this.#samplesPerMs;
    const probability = await this.#vad.process(this.#window);
    const isCall = (await this.#getSpotter()?.process(this.#window)) ?? null;
    const levelDb = toDecibels(toRms(this.#window));
    this.#onWindow({ probability, levelDb, startMs, endMs, pcm: this.#window, isCall });
  }

  /** @param unread samples of the block at hand, which count from now. */
  #restart(unread = 0): void {
    this.#takenSamples = 0;
    this.#memorySamples = 0;
    this.#filled = 0;
    this.#resampler.reset();
    this.#vad.reset();
    this.#getSpotter()?.reset();
    const frames = this.#input.positionSamples - unread;
    // The last sample that the first window needs is to be the last of its quantum. At 48 kHz a window is
    // twelve quanta, and no other waits for the next quantum either, which may be rendered 10 ms later.
    const beyond =
      (frames + this.#resampler.inputSamplesFor(this.#window.length)) % QUANTUM_SAMPLES;
    this.#skipSamples = beyond === 0 ? 0 : QUANTUM_SAMPLES - beyond;
    this.#originMs = ((frames + this.#skipSamples) / this.#input.sampleRateHz) * 1_000;
  }

  get #samplesPerMs(): number {
    return this.#vad.sampleRateHz / 1_000;
  }
}
