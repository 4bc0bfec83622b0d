// Where the capture worklet puts its samples: shared memory, or blocks over a port. Audio thread.
import { CaptureRingWriter } from './capture-ring.ts';

/** How much is gathered before the reader is told: often enough for a 32 ms window, rarely enough to be free. */
const BLOCK_MS = 10;

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
}

/** What the reader sends: `open` first, then each buffer back, `close` at the end. */
export type CaptureReaderMessage =
  | { readonly type: 'open' | 'close' }
  | { readonly type: 'recycle'; readonly pcm: Float32Array<ArrayBuffer> };

export function toBlockSamples(sampleRateHz: number): number {
  return Math.round((sampleRateHz * BLOCK_MS) / 1000);
}

/** Writes to the shared ring and notifies its reader about each 10 ms. */
export class SharedCaptureWriter implements CaptureSink {
  readonly #ring: CaptureRingWriter;
  readonly #blockSamples: number;
  #sinceWake = 0;

  constructor(memory: SharedArrayBuffer, sampleRateHz: number) {
    this.#ring = new CaptureRingWriter(memory);
    this.#blockSamples = toBlockSamples(sampleRateHz);
  }

  start(frame: number): void {
    this.#ring.setOrigin(frame);
  }

  write(quantum: Float32Array): void {
    this.#ring.write(quantum);
    this.#sinceWake += quantum.length;
    if (this.#sinceWake < this.#blockSamples) return;
    this.#sinceWake %= this.#blockSamples;
    this.#ring.wake();
  }

  close(): void {
    this.#ring.wake();
  }
}

/**
 * Posts blocks of 10 ms whose buffers the reader sends back. When the reader keeps them all, blocks
 * are left out: their missing indices tell it how much was lost. Nothing is posted before `open`.
 */
export class PortCaptureWriter implements CaptureSink {
  readonly #port: MessagePort;
  readonly #pool: Float32Array<ArrayBuffer>[] = [];
  readonly #blockSamples: number;
  readonly #message: CaptureBlock;
  readonly #transfer: ArrayBuffer[] = [];
  #block: Float32Array<ArrayBuffer> | undefined;
  #filled = 0;
  #index = 0;
  #isOpen = false;

  constructor(port: MessagePort, options: { sampleRateHz: number; capacitySamples: number }) {
    this.#port = port;
    this.#blockSamples = toBlockSamples(options.sampleRateHz);
    // Twice the reader's queue: what is over stays under way while the reader's thread is busy.
    const blocks = Math.max(4, 2 * Math.ceil(options.capacitySamples / this.#blockSamples));
    for (let i = 0; i < blocks; i += 1) this.#pool.push(new Float32Array(this.#blockSamples));
    this.#message = { index: 0, pcm: new Float32Array(0) };
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
  }

  close(): void {
    this.#isOpen = false;
    this.#port.onmessage = null;
    this.#port.close();
  }

  #post(): void {
    const block = this.#block;
    this.#filled = 0;
    this.#block = undefined;
    if (block === undefined) return;
    this.#message.index = this.#index - this.#blockSamples;
    this.#message.pcm = block;
    this.#transfer[0] = block.buffer;
    this.#port.postMessage(this.#message, this.#transfer);
  }

  #receive(message: CaptureReaderMessage): void {
    if (message.type === 'recycle') this.#pool.push(message.pcm);
    else this.#isOpen = message.type === 'open';
  }
}
