// The playback worklet's side of the reply path: shared memory, or messages over a port. Audio thread.
import type { PlaybackGate } from './contracts/audio-io.ts';
import { createPlaybackMemory, PlaybackRingReader, PlaybackRingWriter } from './playback-ring.ts';
import type { PlaybackStatus } from './playback-ring.ts';
import { Playout } from './playout.ts';
import type { PlayoutOptions } from './playout.ts';

export interface PlaybackHost {
  /** Renders one quantum of mono samples; `contextSamples` is the context frame of the first one. */
  render(output: Float32Array, contextSamples: number): void;
  close(): void;
}

/** What the producer sends over the port, in the order of its calls. */
export type PlaybackMessage =
  | { readonly type: 'open' | 'end' | 'flush' | 'close' }
  | { readonly type: 'start'; readonly generation: number }
  | { readonly type: 'pcm'; readonly pcm: Float32Array<ArrayBuffer> }
  | { readonly type: 'gate'; readonly gate: PlaybackGate };

/** What comes back: the cursor, and the sum of samples taken or dropped since `open`, modulo 2^32. */
export interface PlaybackReport extends PlaybackStatus {
  readSamples: number;
}

/** Renders from memory that the turn worker writes to. */
export class SharedPlaybackHost implements PlaybackHost {
  readonly #ring: PlaybackRingReader;
  readonly #playout: Playout;

  constructor(memory: ArrayBufferLike, options: PlayoutOptions) {
    this.#ring = new PlaybackRingReader(memory);
    this.#playout = new Playout(this.#ring, options);
  }

  render(output: Float32Array, contextSamples: number): void {
    const isDue = this.#playout.render(output, contextSamples);
    this.#ring.publish(this.#playout.status);
    if (isDue) this.#ring.wake();
  }

  close(): void {
    this.#ring.wake();
  }
}

/**
 * Keeps the ring in its own memory and acts for the producer on each message. The producer never sends
 * more than the free space it was told of, so nothing is ever dropped here.
 */
export class PortPlaybackHost implements PlaybackHost {
  readonly #writer: PlaybackRingWriter;
  readonly #reader: PlaybackRingReader;
  readonly #playout: Playout;
  readonly #report: PlaybackReport;
  #port: MessagePort | undefined;
  #baseIndex = 0;

  constructor(capacitySamples: number, options: PlayoutOptions) {
    const memory = createPlaybackMemory({ capacitySamples, isShared: false });
    this.#writer = new PlaybackRingWriter(memory);
    this.#reader = new PlaybackRingReader(memory);
    this.#playout = new Playout(this.#reader, options);
    this.#report = { ...this.#playout.status, readSamples: 0 };
  }

  /** Listens to a producer; one that listened before is let go, and what it had queued is dropped. */
  attach(port: MessagePort): void {
    this.#detach();
    this.#port = port;
    port.onmessage = (event: MessageEvent<PlaybackMessage>) => this.#receive(event.data);
  }

  render(output: Float32Array, contextSamples: number): void {
    const isDue = this.#playout.render(output, contextSamples);
    this.#reader.publish(this.#playout.status);
    if (isDue) this.#send();
  }

  close(): void {
    this.#detach();
  }

  #detach(): void {
    if (this.#port === undefined) return;
    this.#writer.start(0);
    this.#port.onmessage = null;
    this.#port.close();
    this.#port = undefined;
  }

  #receive(message: PlaybackMessage): void {
    switch (message.type) {
      case 'open':
        this.#writer.start(0);
        this.#baseIndex = this.#writer.writeIndex;
        this.#send();
        break;
      case 'start':
        this.#writer.start(message.generation);
        break;
      case 'pcm':
        this.#writer.push(message.pcm);
        break;
      case 'gate':
        this.#writer.setGate(message.gate);
        break;
      case 'end':
        this.#writer.end();
        break;
      case 'flush':
        this.#writer.discard();
        break;
      case 'close':
        this.#detach();
        break;
    }
  }

  #send(): void {
    Object.assign(this.#report, this.#playout.status);
    this.#report.readSamples = (this.#writer.readIndex - this.#baseIndex) | 0;
    this.#port?.postMessage(this.#report);
  }
}
