// How the turn worker reaches the playback worklet: commands one way, the cursor the other. Two links,
// shared memory and port, behind one interface.
import type { PlaybackCursor, PlaybackGate } from './contracts/audio-io.ts';
import type { PlaybackMessage, PlaybackReport } from './playback-host.ts';
import { PlaybackRingWriter } from './playback-ring.ts';
import { SignalWake } from './wake.ts';
import type { Wake } from './wake.ts';

/** How a worker reaches the playback worklet; posted to it (`port` goes into the transfer list). */
export type PlaybackTransport =
  | { readonly kind: 'shared'; readonly sampleRateHz: number; readonly memory: SharedArrayBuffer }
  | {
      readonly kind: 'port';
      readonly sampleRateHz: number;
      readonly capacitySamples: number;
      readonly port: MessagePort;
    };

export interface PlaybackLink {
  /** Woken about each 10 ms of playing and at each change of the cursor. */
  readonly wake: Wake & { signal(): void };
  readonly cursor: PlaybackCursor;
  /** Whether nothing is left that a `discard` or `start` was to drop. */
  readonly isDiscarded: boolean;
  start(generation: number): void;
  /** Queues as much of `pcm`, from index `from` on, as there is room for; returns how many samples. */
  push(pcm: Float32Array, from: number): number;
  end(): void;
  setGate(gate: PlaybackGate): void;
  discard(): void;
  close(): void;
}

const SILENT_CURSOR: PlaybackCursor = {
  generation: 0,
  playedSamples: 0,
  contextSamples: 0,
  isAudible: false,
  gate: 'open',
  underruns: 0,
};

/** Writes samples and commands straight into a ring that both sides can reach. */
export class RingPlaybackWriter implements PlaybackLink {
  readonly wake: PlaybackLink['wake'];
  readonly #ring: PlaybackRingWriter;
  #discardTo: number;

  /** Drops what an earlier writer of the same memory left. */
  constructor(memory: ArrayBufferLike, wake: PlaybackLink['wake']) {
    this.wake = wake;
    this.#ring = new PlaybackRingWriter(memory);
    this.#ring.start(0);
    this.#discardTo = this.#ring.writeIndex;
  }

  get cursor(): PlaybackCursor {
    return this.#ring.readStatus();
  }

  get isDiscarded(): boolean {
    return ((this.#ring.readIndex - this.#discardTo) | 0) >= 0;
  }

  start(generation: number): void {
    this.#discardTo = this.#ring.writeIndex;
    this.#ring.start(generation);
  }

  push(pcm: Float32Array, from: number): number {
    return this.#ring.push(pcm, from);
  }

  end(): void {
    this.#ring.end();
  }

  setGate(gate: PlaybackGate): void {
    this.#ring.setGate(gate);
  }

  discard(): void {
    this.#discardTo = this.#ring.writeIndex;
    this.#ring.discard();
  }

  close(): void {
    this.#ring.start(0);
    this.wake.signal();
  }
}

/** Sends samples as transferred blocks, never more than the worklet has room for. */
export class PortPlaybackWriter implements PlaybackLink {
  readonly wake: SignalWake = new SignalWake();
  readonly #port: MessagePort;
  readonly #capacitySamples: number;
  #report: PlaybackReport | undefined;
  #sentSamples = 0;
  #discardTo = 0;

  constructor(port: MessagePort, capacitySamples: number) {
    this.#port = port;
    this.#capacitySamples = capacitySamples;
    port.onmessage = (event: MessageEvent<PlaybackReport>) => this.#receive(event.data);
    this.#send({ type: 'open' });
  }

  get cursor(): PlaybackCursor {
    return this.#report ?? SILENT_CURSOR;
  }

  get isDiscarded(): boolean {
    return (((this.#report?.readSamples ?? 0) - this.#discardTo) | 0) >= 0;
  }

  start(generation: number): void {
    this.#discardTo = this.#sentSamples;
    this.#send({ type: 'start', generation });
  }

  push(pcm: Float32Array, from: number): number {
    // Before the first report it is not known what an earlier producer left in the worklet.
    if (this.#report === undefined) return 0;
    const used = (this.#sentSamples - this.#report.readSamples) | 0;
    const count = Math.min(pcm.length - from, this.#capacitySamples - used);
    if (count <= 0) return 0;
    const block = pcm.slice(from, from + count);
    this.#sentSamples = (this.#sentSamples + count) | 0;
    this.#send({ type: 'pcm', pcm: block }, [block.buffer]);
    return count;
  }

  end(): void {
    this.#send({ type: 'end' });
  }

  setGate(gate: PlaybackGate): void {
    this.#send({ type: 'gate', gate });
  }

  discard(): void {
    this.#discardTo = this.#sentSamples;
    this.#send({ type: 'flush' });
  }

  close(): void {
    this.#send({ type: 'close' });
    this.#port.onmessage = null;
    this.#port.close();
    this.wake.signal();
  }

  #receive(report: PlaybackReport): void {
    this.#report = report;
    this.wake.signal();
  }

  #send(message: PlaybackMessage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
