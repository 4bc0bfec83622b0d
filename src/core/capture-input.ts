// The consumer's end of the capture path, in the turn worker: shared memory or a port, one interface.
import { captureWakeWord, CaptureRingReader } from './capture-ring.ts';
import type { CaptureBlock, CaptureReaderMessage } from './capture-host.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { AudioInput, CaptureStats } from './contracts/audio-io.ts';
import { VoiceAgentError } from './errors.ts';
import { SharedWake, SignalWake, waitUntil } from './wake.ts';

/** How a worker reaches the capture worklet; posted to it (`port` goes into the transfer list). */
export type CaptureTransport =
  | { readonly kind: 'shared'; readonly sampleRateHz: number; readonly memory: SharedArrayBuffer }
  | {
      readonly kind: 'port';
      readonly sampleRateHz: number;
      readonly capacitySamples: number;
      readonly port: MessagePort;
    };

/** Opens the reading end. Reading starts with what is captured from now on; one reader per transport. */
export function openCapture(
  transport: CaptureTransport,
  options: { clock?: Clock } = {},
): AudioInput {
  return transport.kind === 'shared'
    ? new SharedCaptureReader(transport, options.clock ?? systemClock)
    : new PortCaptureReader(transport);
}

function disposedError(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'The audio input was disposed while it was waited for.', {
    details: { what: 'audio input' },
  });
}

/** Reads the shared ring; what the worklet overwrote meanwhile is counted as lost. */
export class SharedCaptureReader implements AudioInput {
  readonly sampleRateHz: number;
  readonly #ring: CaptureRingReader;
  readonly #wake: SharedWake;
  #isDisposed = false;

  constructor(transport: { sampleRateHz: number; memory: SharedArrayBuffer }, clock: Clock) {
    this.sampleRateHz = transport.sampleRateHz;
    this.#ring = new CaptureRingReader(transport.memory);
    this.#wake = new SharedWake(captureWakeWord(transport.memory), clock);
  }

  get stats(): CaptureStats {
    return { readSamples: this.#ring.readSamples, lostSamples: this.#ring.lostSamples };
  }

  get positionSamples(): number {
    return this.#ring.positionSamples;
  }

  get availableSamples(): number {
    return this.#ring.availableSamples;
  }

  read(into: Float32Array): number {
    return this.#isDisposed ? 0 : this.#ring.read(into);
  }

  async waitForSamples(count: number, { signal }: { signal: AbortSignal }): Promise<void> {
    const isMet = (): boolean => this.#isDisposed || this.#ring.want(count);
    await waitUntil(isMet, { wake: this.#wake, signal });
    if (this.#isDisposed) throw disposedError();
  }

  /** A wait in progress rejects with `disposed`. */
  dispose(): void {
    this.#isDisposed = true;
    this.#wake.signal();
  }
}

/** Reads blocks from a port into a bounded queue; when that is full, the oldest is dropped and counted. */
export class PortCaptureReader implements AudioInput {
  readonly sampleRateHz: number;
  readonly #port: MessagePort;
  readonly #capacitySamples: number;
  readonly #blocks: CaptureBlock[] = [];
  readonly #wake = new SignalWake();
  #availableSamples = 0;
  #offset = 0;
  #nextIndex: number | undefined;
  /** The last wish that the writer was told of. */
  #wanted: number | undefined;
  #readSamples = 0;
  #lostSamples = 0;
  #isDisposed = false;

  constructor(transport: { sampleRateHz: number; capacitySamples: number; port: MessagePort }) {
    this.sampleRateHz = transport.sampleRateHz;
    this.#capacitySamples = transport.capacitySamples;
    this.#port = transport.port;
    this.#port.onmessage = (event: MessageEvent<CaptureBlock>) => this.#receive(event.data);
    this.#send({ type: 'open' });
  }

  get stats(): CaptureStats {
    return { readSamples: this.#readSamples, lostSamples: this.#lostSamples };
  }

  get positionSamples(): number {
    const head = this.#blocks[0];
    return head === undefined ? (this.#nextIndex ?? 0) : head.index + this.#offset;
  }

  get availableSamples(): number {
    return this.#availableSamples;
  }

  read(into: Float32Array): number {
    let done = 0;
    let nextIndex = this.positionSamples;
    for (let head = this.#blocks[0]; head !== undefined && done < into.length;) {
      // What one call returns is contiguous: a gap ends it, as in the shared ring.
      if (head.index + this.#offset !== nextIndex) break;
      const end = Math.min(head.samples, this.#offset + into.length - done);
      const part = head.pcm.subarray(this.#offset, end);
      into.set(part, done);
      done += part.length;
      nextIndex += part.length;
      this.#offset += part.length;
      if (this.#offset === head.samples) this.#recycleHead();
      head = this.#blocks[0];
    }
    this.#availableSamples -= done;
    this.#readSamples += done;
    return done;
  }

  async waitForSamples(count: number, { signal }: { signal: AbortSignal }): Promise<void> {
    const isMet = (): boolean => this.#isDisposed || this.#want(count);
    await waitUntil(isMet, { wake: this.#wake, signal });
    if (this.#isDisposed) throw disposedError();
  }

  /** Where the first block lies is not known before it is there: nothing can be asked for until then. */
  #want(count: number): boolean {
    const wanted = this.positionSamples + count;
    const isMet = this.#availableSamples >= count;
    if (isMet || this.#nextIndex === undefined || wanted === this.#wanted) return isMet;
    this.#wanted = wanted;
    this.#send({ type: 'want', index: wanted });
    return false;
  }

  /** A wait in progress rejects with `disposed`. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#blocks.length = 0;
    this.#availableSamples = 0;
    this.#send({ type: 'close' });
    this.#port.onmessage = null;
    this.#port.close();
    this.#wake.signal();
  }

  #receive(block: CaptureBlock): void {
    this.#lostSamples += block.index - (this.#nextIndex ?? block.index);
    this.#nextIndex = block.index + block.samples;
    const keepSamples = this.#capacitySamples - block.samples;
    while (this.#blocks.length > 0 && this.#availableSamples > keepSamples) this.#dropHead();
    this.#blocks.push(block);
    this.#availableSamples += block.samples;
    this.#wake.signal();
  }

  #dropHead(): void {
    const rest = (this.#blocks[0]?.samples ?? 0) - this.#offset;
    this.#availableSamples -= rest;
    this.#lostSamples += rest;
    this.#recycleHead();
  }

  #recycleHead(): void {
    const head = this.#blocks.shift();
    this.#offset = 0;
    if (head !== undefined) this.#send({ type: 'recycle', pcm: head.pcm }, [head.pcm.buffer]);
  }

  #send(message: CaptureReaderMessage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
