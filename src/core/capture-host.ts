// Where the capture worklet puts its samples: shared memory, or blocks over a port. Audio thread.
import { CaptureRingWriter } from './capture-ring.ts';

/** How much is sent over a port at the most when the reader does not say what it waits for: a voice window and some. */
const BLOCK_MS = 40;

export interface CaptureSink {
  /** Says which context frame the next sample is; positions count from there. Before the first `write`. */
  start(frame: number): void;
  /** Takes one render quantum of mono samples; copies it. Never waits, never allocates in steady state. */
  write(quantum: Float32Array): void;
  close(): void;
}

/** A block on its way to the reader, and its buffer on its way back. */
export interface CaptureBlock {
  /** Context frame of the first sample. */
  index: number;
  pcm: Float32Array<ArrayBuffer>;
  /** How much of `pcm` was captured. */
  samples: number;
}

/** What the reader sends: `open` first, then its wishes and each buffer back, `close` at the end. */
export type CaptureReaderMessage =
  | { readonly type: 'open' | 'close' }
  /** What was captured before this context frame is waited for. */
  | { readonly type: 'want'; readonly index: number }
  | { readonly type: 'recycle'; readonly pcm: Float32Array<ArrayBuffer> };

/** Writes to the shared ring and wakes its reader when what it waits for is there. */
export class SharedCaptureWriter implements CaptureSink {
  readonly #ring: CaptureRingWriter;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new CaptureRingWriter(memory);
  }

  start(frame: number): void {
    this.#ring.setOrigin(frame);
  }

  write(quantum: Float32Array): void {
    this.#ring.write(quantum);
    this.#ring.wakeWanting();
  }

  close(): void {
    this.#ring.wake();
  }
}

/**
 * Posts what the reader waits for as soon as it is captured, and otherwise blocks of 40 ms. The reader sends
 * their buffers back. When it keeps them all, blocks are left out: their missing indices tell it how much was
 * lost. Nothing is posted before `open`.
 */
export class PortCaptureWriter implements CaptureSink {
  readonly #port: MessagePort;
  readonly #pool: Float32Array<ArrayBuffer>[] = [];
  readonly #blockSamples: number;
  readonly #message: CaptureBlock;
  readonly #transfer: ArrayBuffer[] = [];
  #block: Float32Array<ArrayBuffer> | undefined;
  #filled = 0;
  /** Context frame of the next sample. */
  #index = 0;
  /** Where the next block is to end early; null once it did. */
  #wanted: number | null = null;
  #isOpen = false;

  constructor(port: MessagePort, options: { sampleRateHz: number; capacitySamples: number }) {
    this.#port = port;
    this.#blockSamples = Math.round((options.sampleRateHz * BLOCK_MS) / 1000);
    // Twice the reader's queue: what is over stays under way while the reader's thread is busy.
    const blocks = Math.max(4, 2 * Math.ceil(options.capacitySamples / this.#blockSamples));
    for (let i = 0; i < blocks; i += 1) this.#pool.push(new Float32Array(this.#blockSamples));
    this.#message = { index: 0, pcm: new Float32Array(0), samples: 0 };
    port.onmessage = (event: MessageEvent<CaptureReaderMessage>) => this.#receive(event.data);
  }

  start(frame: number): void {
    this.#index = frame;
  }

  write(quantum: Float32Array): void {
    for (let i = 0; i < quantum.length; i += 1) {
      if (this.#filled === 0) this.#block = this.#isOpen ? this.#pool.pop() : undefined;
      if (this.#block !== undefined) this.#block[this.#filled] = quantum[i] ?? 0;
      this.#filled += 1;
      this.#index += 1;
      if (this.#filled === this.#blockSamples) this.#post();
    }
    this.#postWanted();
  }

  close(): void {
    this.#isOpen = false;
    this.#port.onmessage = null;
    this.#port.close();
  }

  #postWanted(): void {
    if (this.#wanted === null || this.#index < this.#wanted) return;
    this.#wanted = null;
    if (this.#filled > 0) this.#post();
  }

  #post(): void {
    const block = this.#block;
    const samples = this.#filled;
    this.#filled = 0;
    this.#block = undefined;
    if (block === undefined) return;
    this.#message.index = this.#index - samples;
    this.#message.pcm = block;
    this.#message.samples = samples;
    this.#transfer[0] = block.buffer;
    this.#port.postMessage(this.#message, this.#transfer);
  }

  #receive(message: CaptureReaderMessage): void {
    if (message.type === 'recycle') this.#pool.push(message.pcm);
    else if (message.type === 'want') {
      this.#wanted = message.index;
      this.#postWanted();
    } else {
      this.#isOpen = message.type === 'open';
      // What was gathered for nobody is forgotten: the first block begins now.
      this.#filled = 0;
      this.#block = undefined;
    }
  }
}
