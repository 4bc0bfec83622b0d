// The capture ring in shared memory: a writer on the audio thread that never waits, and a reader in a
// worker that notices when it was overtaken.
import { toRingCapacity } from './ring-buffer.ts';

/** Words of the header. The reader changes none but WAKE and WANTED; indices are sample counts modulo 2^32. */
const CLAIM = 0;
const PUBLISHED = 1;
const ORIGIN = 2;
const WAKE = 3;
/** What the reader waits for: it is woken once PUBLISHED has come so far. */
const WANTED = 4;
const HEADER_BYTES = 64;
/** Four times the largest block that a capture worklet writes in one go (a render quantum). */
const MIN_CAPACITY_SAMPLES = 512;

export interface CaptureRingOptions {
  /** Rounded up to a power of two. */
  readonly capacitySamples: number;
  /** Index of the first sample; for tests of the wrap at 2^32. Default 0. */
  readonly startIndex?: number;
}

/** Memory for one ring: header, then float samples. */
export function createCaptureMemory(options: CaptureRingOptions): SharedArrayBuffer {
  const capacity = toRingCapacity(Math.max(options.capacitySamples, MIN_CAPACITY_SAMPLES));
  const memory = new SharedArrayBuffer(HEADER_BYTES + capacity * 4);
  const header = new Int32Array(memory, 0, HEADER_BYTES / 4);
  header.fill(options.startIndex ?? 0, CLAIM, ORIGIN + 1);
  return memory;
}

/** The header, and the word that changes whenever a reader is woken. */
export function captureWakeWord(memory: SharedArrayBuffer): { header: Int32Array; word: number } {
  return { header: new Int32Array(memory, 0, HEADER_BYTES / 4), word: WAKE };
}

/** The writing end. Overwrites the oldest samples, never waits and never allocates. */
export class CaptureRingWriter {
  readonly #header: Int32Array;
  readonly #data: Float32Array;
  readonly #mask: number;
  #index: number;
  /** The last wish that was fulfilled. */
  #fulfilled: number | undefined;

  constructor(memory: SharedArrayBuffer) {
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#data = new Float32Array(memory, HEADER_BYTES);
    this.#mask = this.#data.length - 1;
    this.#index = Atomics.load(this.#header, PUBLISHED);
  }

  /** Says that the next sample is the audio context's frame `frame`: positions count context frames. */
  setOrigin(frame: number): void {
    Atomics.store(this.#header, ORIGIN, (this.#index - frame) | 0);
  }

  /** Copies `block`, at most a quarter of the ring, in. Claims the place first, so that a torn read shows. */
  write(block: Float32Array): void {
    const end = (this.#index + block.length) | 0;
    Atomics.store(this.#header, CLAIM, end);
    for (let i = 0; i < block.length; i += 1) {
      this.#data[(this.#index + i) & this.#mask] = block[i] ?? 0;
    }
    Atomics.store(this.#header, PUBLISHED, end);
    this.#index = end;
  }

  /** Wakes a reader whose samples are there, once for each wish: to wake another thread is dear. */
  wakeWanting(): void {
    const wanted = Atomics.load(this.#header, WANTED);
    if (wanted === this.#fulfilled || ((this.#index - wanted) | 0) < 0) return;
    this.#fulfilled = wanted;
    this.wake();
  }

  /** Wakes readers that wait in `Atomics.waitAsync`. */
  wake(): void {
    Atomics.add(this.#header, WAKE, 1);
    Atomics.notify(this.#header, WAKE);
  }
}

/** The reading end. Starts at what is written after its construction. */
export class CaptureRingReader {
  readonly #header: Int32Array;
  readonly #data: Float32Array;
  readonly #mask: number;
  readonly #limitSamples: number;
  readonly #marginSamples: number;
  readonly #startIndex: number;
  #index: number;
  #advancedSamples = 0;
  #readSamples = 0;
  #lostSamples = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#data = new Float32Array(memory, HEADER_BYTES);
    this.#mask = this.#data.length - 1;
    // Plain stores may become visible a little out of order with the claim, and a reader that was
    // overtaken needs a head start: samples this close to being overwritten count as lost.
    this.#marginSamples = this.#data.length / 16;
    this.#limitSamples = this.#data.length - this.#marginSamples;
    this.#index = Atomics.load(this.#header, PUBLISHED);
    this.#startIndex = this.#index;
  }

  /** Context frame of the next sample; counted from the first one written where no origin was set. */
  get positionSamples(): number {
    const startFrame = (this.#startIndex - Atomics.load(this.#header, ORIGIN)) >>> 0;
    return startFrame + this.#advancedSamples;
  }

  get readSamples(): number {
    return this.#readSamples;
  }

  get lostSamples(): number {
    return this.#lostSamples;
  }

  get availableSamples(): number {
    this.#catchUp();
    return (Atomics.load(this.#header, PUBLISHED) - this.#index) >>> 0;
  }

  /** Whether `count` samples can be read; if not, the writer wakes the reader as soon as they can. */
  want(count: number): boolean {
    this.#catchUp();
    // Before the look at what is published, as the writer publishes before it looks at this: one of
    // the two sees the other.
    Atomics.store(this.#header, WANTED, (this.#index + count) | 0);
    return this.availableSamples >= count;
  }

  /** Copies up to `into.length` samples, oldest first; returns how many. Nothing torn is handed out. */
  read(into: Float32Array): number {
    for (;;) {
      const count = Math.min(into.length, this.availableSamples);
      for (let i = 0; i < count; i += 1) {
        into[i] = this.#data[(this.#index + i) & this.#mask] ?? 0;
      }
      if (this.#catchUp()) continue;
      this.#advance(count);
      this.#readSamples += count;
      return count;
    }
  }

  /** Jumps ahead when the writer came too close; true when it did. */
  #catchUp(): boolean {
    const behind = (Atomics.load(this.#header, CLAIM) - this.#index) >>> 0;
    if (behind <= this.#limitSamples) return false;
    const lost = behind - this.#limitSamples + this.#marginSamples;
    this.#advance(lost);
    this.#lostSamples += lost;
    return true;
  }

  #advance(count: number): void {
    this.#index = (this.#index + count) | 0;
    this.#advancedSamples += count;
  }
}
