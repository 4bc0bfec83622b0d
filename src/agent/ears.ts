// Listens: captured samples to 16 kHz windows with their speech probability, and a short memory for
// what came before a turn was noticed. Runs in the turn worker; timed by samples, never by timers.
import type { AudioInput } from '../core/contracts/audio-io.ts';
import type { VadEngine } from '../core/contracts/vad.ts';
import { Resampler } from '../core/resampler.ts';
import type { HeardWindow } from './dialogue.ts';
import type { HeardAudio } from './listening.ts';

export interface EarsOptions {
  readonly input: AudioInput;
  readonly vad: VadEngine;
  readonly onWindow: (window: HeardWindow) => void;
}

/** Longest pre-roll option plus the longest wait for a worker's decision. */
const MEMORY_SAMPLES = 16_000 * 4;
/** Read at a time: a third of a VAD window keeps the delay small at little cost. */
const READ_MS = 10;

export class Ears implements HeardAudio {
  readonly #input: AudioInput;
  readonly #vad: VadEngine;
  readonly #onWindow: (window: HeardWindow) => void;
  readonly #memory = new Float32Array(MEMORY_SAMPLES);
  readonly #window: Float32Array;
  readonly #resampler: Resampler;
  readonly #block: Float32Array;
  readonly #resampled: Float32Array;
  #filled = 0;
  /** 16 kHz samples taken since `#originMs`. */
  #takenSamples = 0;
  /** AudioContext time of the first 16 kHz sample counted in `#takenSamples`. */
  #originMs = 0;
  #memorySamples = 0;
  #isListening = false;

  constructor(options: EarsOptions) {
    this.#input = options.input;
    this.#vad = options.vad;
    this.#onWindow = options.onWindow;
    this.#window = new Float32Array(options.vad.windowSamples);
    this.#resampler = new Resampler({
      fromHz: this.#input.sampleRateHz,
      toHz: this.#vad.sampleRateHz,
    });
    const blockSamples = Math.round((this.#input.sampleRateHz * READ_MS) / 1_000);
    this.#block = new Float32Array(blockSamples);
    this.#resampled = new Float32Array(this.#resampler.maxOutputSamples(blockSamples));
  }

  /** While false, what is captured is not the person's: it is read and forgotten. */
  setListening(isListening: boolean): void {
    if (isListening === this.#isListening) return;
    this.#isListening = isListening;
    this.#restart();
  }

  get nowMs(): number {
    return this.#originMs + this.#takenSamples / this.#samplesPerMs;
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
    const block = this.#block;
    this.#restart();
    let expected = this.#input.positionSamples;
    for (;;) {
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
    const count = this.#resampler.process(block, this.#resampled);
    for (let offset = 0; offset < count;) {
      const part = Math.min(count - offset, this.#window.length - this.#filled);
      this.#window.set(this.#resampled.subarray(offset, offset + part), this.#filled);
      this.#filled += part;
      offset += part;
      if (this.#filled === this.#window.length) await this.#handleWindow();
    }
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
    this.#onWindow({ probability, startMs, endMs, pcm: this.#window });
  }

  /** @param unread samples of the block at hand, which count from now. */
  #restart(unread = 0): void {
    const frames = this.#input.positionSamples - unread;
    this.#originMs = (frames / this.#input.sampleRateHz) * 1_000;
    this.#takenSamples = 0;
    this.#memorySamples = 0;
    this.#filled = 0;
    this.#resampler.reset();
    this.#vad.reset();
  }

  get #samplesPerMs(): number {
    return this.#vad.sampleRateHz / 1_000;
  }
}
