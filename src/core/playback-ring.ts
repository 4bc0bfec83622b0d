// The playback ring: reply samples, commands and the play cursor between one producer and the audio
// thread. The memory is shared with the turn worker, or private to the audio thread behind a port.
import type { PlaybackGate } from './contracts/audio-io.ts';
import { toRingCapacity } from './ring-buffer.ts';

/** Header words of the producer. Indices are sample counts modulo 2^32. */
const GENERATION = 0;
const DISCARD_TO = 1;
const WRITTEN = 2;
const EPOCH = 3;
const ENDED = 4;
const GATE = 5;
/** Header words of the audio thread, on a cache line of their own. */
const READ = 16;
const WAKE = 17;
/** How often a status was published: odd ones lie in the second of two places, even ones in the first. */
const PUBLISHED = 18;
const STATUS = 19;
const STATUS_WORDS = 6;
const HEADER_WORDS = 32;

const GATES: readonly PlaybackGate[] = ['open', 'ducked', 'held'];

/** What the audio thread says of itself: the fields of `PlaybackCursor`, changed in place. */
export interface PlaybackStatus {
  generation: number;
  playedSamples: number;
  contextSamples: number;
  isAudible: boolean;
  gate: PlaybackGate;
  underruns: number;
}

export interface PlaybackRingOptions {
  /** Rounded up to a power of two. */
  readonly capacitySamples: number;
  readonly isShared: boolean;
  /** Index of the first sample; for tests of the wrap at 2^32. Default 0. */
  readonly startIndex?: number;
}

/** Memory for one ring: header, then float samples. */
export function createPlaybackMemory(
  options: PlaybackRingOptions & { isShared: true },
): SharedArrayBuffer;
export function createPlaybackMemory(
  options: PlaybackRingOptions & { isShared: false },
): ArrayBuffer;
export function createPlaybackMemory(options: PlaybackRingOptions): ArrayBufferLike {
  const bytes = (HEADER_WORDS + toRingCapacity(options.capacitySamples)) * 4;
  const memory = options.isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  const header = headerOf(memory);
  for (const word of [DISCARD_TO, WRITTEN, READ]) header[word] = options.startIndex ?? 0;
  return memory;
}

/** The header, and the word that changes at each {@link PlaybackRingReader.wake}. */
export function playbackWakeWord(memory: ArrayBufferLike): { header: Int32Array; word: number } {
  return { header: headerOf(memory), word: WAKE };
}

function headerOf(memory: ArrayBufferLike): Int32Array {
  return new Int32Array(memory, 0, HEADER_WORDS);
}

function placeOf(published: number): number {
  return STATUS + (published & 1) * STATUS_WORDS;
}

function dataOf(memory: ArrayBufferLike): Float32Array {
  return new Float32Array(memory, HEADER_WORDS * 4);
}

/** The producer's end; never waits. Nothing here allocates after construction but `readStatus`. */
export class PlaybackRingWriter {
  readonly #header: Int32Array;
  readonly #data: Float32Array;
  readonly #mask: number;

  constructor(memory: ArrayBufferLike) {
    this.#header = headerOf(memory);
    this.#data = dataOf(memory);
    this.#mask = this.#data.length - 1;
  }

  get capacitySamples(): number {
    return this.#data.length;
  }

  get writeIndex(): number {
    return Atomics.load(this.#header, WRITTEN);
  }

  get readIndex(): number {
    return Atomics.load(this.#header, READ);
  }

  get freeSamples(): number {
    return this.#data.length - ((this.writeIndex - this.readIndex) | 0);
  }

  /**
   * Everything written before is to be faded out and dropped; what follows belongs to `generation`.
   * The gate is opened last: an audio thread that sees it open has seen the generation too, so that
   * a held old reply is never faded in again.
   */
  start(generation: number): void {
    Atomics.store(this.#header, DISCARD_TO, this.writeIndex);
    Atomics.store(this.#header, GENERATION, generation);
    Atomics.add(this.#header, EPOCH, 1);
    this.setGate('open');
  }

  /** Copies in as much of `pcm`, from index `from` on, as fits; returns how many samples. */
  push(pcm: Float32Array, from = 0): number {
    const index = this.writeIndex;
    const count = Math.min(pcm.length - from, this.freeSamples);
    for (let i = 0; i < count; i += 1) this.#data[(index + i) & this.#mask] = pcm[from + i] ?? 0;
    Atomics.store(this.#header, WRITTEN, (index + count) | 0);
    return count;
  }

  end(): void {
    Atomics.store(this.#header, ENDED, Atomics.load(this.#header, EPOCH));
  }

  /** Ends the generation and has everything of it faded out and dropped. */
  discard(): void {
    this.end();
    Atomics.store(this.#header, DISCARD_TO, this.writeIndex);
  }

  setGate(gate: PlaybackGate): void {
    Atomics.store(this.#header, GATE, GATES.indexOf(gate));
  }

  /**
   * The last published status, whole. An audio thread that was interrupted in the middle of the next one is not waited
   * for: who heard of this one may never be told again.
   */
  readStatus(): PlaybackStatus {
    for (;;) {
      const published = Atomics.load(this.#header, PUBLISHED);
      const place = placeOf(published);
      const word = (offset: number): number => Atomics.load(this.#header, place + offset);
      const status: PlaybackStatus = {
        generation: word(0),
        playedSamples: word(1),
        contextSamples: (word(2) >>> 0) + word(3) * 2 ** 32,
        isAudible: (word(4) & 1) === 1,
        gate: GATES[word(4) >> 1] ?? 'open',
        underruns: word(5),
      };
      // The next but one is written over it, and only after the next one was counted.
      if (published === Atomics.load(this.#header, PUBLISHED)) return status;
    }
  }
}

/** The audio thread's end. `refresh` takes the commands over; they then stand for one quantum. */
export class PlaybackRingReader {
  readonly #header: Int32Array;
  readonly #data: Float32Array;
  readonly #mask: number;
  #read: number;
  #written: number;
  #discardTo: number;
  #isEnded = false;
  #generation = 0;
  #epoch = 0;
  #gate: PlaybackGate = 'open';

  constructor(memory: ArrayBufferLike) {
    this.#header = headerOf(memory);
    this.#data = dataOf(memory);
    this.#mask = this.#data.length - 1;
    this.#read = Atomics.load(this.#header, READ);
    this.#written = this.#read;
    this.#discardTo = this.#read;
  }

  get capacitySamples(): number {
    return this.#data.length;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Counts calls of `start`: a producer that replaced another may give the same number again. */
  get epoch(): number {
    return this.#epoch;
  }

  get gate(): PlaybackGate {
    return this.#gate;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether samples before the point of discarding are still there. */
  get isDiscarding(): boolean {
    return ((this.#discardTo - this.#read) | 0) > 0;
  }

  /** Samples that can be taken: up to the point of discarding, or up to the last one written. */
  get availableSamples(): number {
    return ((this.isDiscarding ? this.#discardTo : this.#written) - this.#read) | 0;
  }

  /**
   * Reads the commands in the reverse of the order in which the producer writes them: what is seen of
   * a later one implies the earlier ones.
   */
  refresh(): void {
    const ended = Atomics.load(this.#header, ENDED);
    this.#gate = GATES[Atomics.load(this.#header, GATE)] ?? 'open';
    this.#written = Atomics.load(this.#header, WRITTEN);
    this.#epoch = Atomics.load(this.#header, EPOCH);
    this.#generation = Atomics.load(this.#header, GENERATION);
    this.#discardTo = Atomics.load(this.#header, DISCARD_TO);
    this.#isEnded = ended === this.#epoch;
  }

  /** Moves the next `count` samples, no more than are available, to `output` from index `at` on. */
  take(output: Float32Array, at: number, count: number): void {
    for (let i = 0; i < count; i += 1) {
      output[at + i] = this.#data[(this.#read + i) & this.#mask] ?? 0;
    }
    this.#read = (this.#read + count) | 0;
  }

  /** Jumps to the point of discarding. */
  discard(): void {
    if (this.isDiscarding) this.#read = this.#discardTo;
  }

  /** Frees what was taken, and publishes the status as one whole. */
  publish(status: Readonly<PlaybackStatus>): void {
    Atomics.store(this.#header, READ, this.#read);
    const published = Atomics.load(this.#header, PUBLISHED) + 1;
    const place = placeOf(published);
    Atomics.store(this.#header, place, status.generation);
    Atomics.store(this.#header, place + 1, status.playedSamples);
    Atomics.store(this.#header, place + 2, status.contextSamples | 0);
    Atomics.store(this.#header, place + 3, Math.floor(status.contextSamples / 2 ** 32));
    const gate = GATES.indexOf(status.gate) * 2 + (status.isAudible ? 1 : 0);
    Atomics.store(this.#header, place + 4, gate);
    Atomics.store(this.#header, place + 5, status.underruns);
    Atomics.store(this.#header, PUBLISHED, published);
  }

  /** Wakes producers that wait in `Atomics.waitAsync`. */
  wake(): void {
    Atomics.add(this.#header, WAKE, 1);
    Atomics.notify(this.#header, WAKE);
  }
}
