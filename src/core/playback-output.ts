// The producer's end of the reply path, in the turn worker: back-pressure, generations and the cursor
// over either link.
import { abortable, createAbortReason } from './abort.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { AudioOutput, PlaybackCursor, PlaybackGate } from './contracts/audio-io.ts';
import { VoiceAgentError } from './errors.ts';
import { PortPlaybackWriter, RingPlaybackWriter } from './playback-link.ts';
import type { PlaybackLink, PlaybackTransport } from './playback-link.ts';
import { playbackWakeWord } from './playback-ring.ts';
import { SharedWake, waitUntil } from './wake.ts';

/**
 * A flush takes 5 ms and a quantum. An audio thread that has not answered by then renders nothing (the
 * context is suspended or gone), and what renders nothing is silent.
 */
const FLUSH_LIMIT_MS = 500;
const MAX_GENERATION = 2 ** 31 - 1;

/** Opens the writing end; what an earlier writer of the transport queued is dropped. */
export function openPlayback(
  transport: PlaybackTransport,
  options: { clock?: Clock } = {},
): AudioOutput {
  const clock = options.clock ?? systemClock;
  const link =
    transport.kind === 'shared'
      ? new RingPlaybackWriter(
          transport.memory,
          new SharedWake(playbackWakeWord(transport.memory), clock),
        )
      : new PortPlaybackWriter(transport.port, transport.capacitySamples);
  return new LinkedAudioOutput(link, { sampleRateHz: transport.sampleRateHz, clock });
}

/** An {@link AudioOutput} over a link. Calls to `write` must not overlap. */
export class LinkedAudioOutput implements AudioOutput {
  readonly sampleRateHz: number;
  readonly #link: PlaybackLink;
  readonly #clock: Clock;
  readonly #listeners = new Set<(cursor: PlaybackCursor) => void>();
  #generation = 0;
  /** Aborted when the generation takes no more samples: superseded, flushed or disposed. */
  #writes: AbortController | undefined;
  #isWatching = false;
  #isDisposed = false;

  constructor(link: PlaybackLink, options: { sampleRateHz: number; clock: Clock }) {
    this.sampleRateHz = options.sampleRateHz;
    this.#link = link;
    this.#clock = options.clock;
  }

  get cursor(): PlaybackCursor {
    return this.#link.cursor;
  }

  /** `cursor` still tells of the older generation until the worklet has faded it out. */
  startGeneration(generation: number): void {
    this.#assertUsable();
    if (!Number.isInteger(generation) || generation <= this.#generation) {
      throw new TypeError(
        `generation: must be an integer above ${this.#generation}, got ${generation}`,
      );
    }
    if (generation > MAX_GENERATION) throw new TypeError('generation: must be below 2^31');
    this.#writes?.abort(createAbortReason('A newer generation started.'));
    this.#writes = new AbortController();
    this.#generation = generation;
    this.#link.start(generation);
  }

  /** Also rejects with an `AbortError` when the generation is flushed. Copies `pcm`. */
  async write(pcm: Float32Array, { signal }: { signal: AbortSignal }): Promise<void> {
    this.#assertUsable();
    const current = this.#writes?.signal;
    if (current === undefined) throw new TypeError('write: call startGeneration first');
    for (let from = 0; ;) {
      signal.throwIfAborted();
      current.throwIfAborted();
      const mark = this.#link.wake.mark();
      from += this.#link.push(pcm, from);
      if (from >= pcm.length) return;
      await abortable(abortable(this.#link.wake.since(mark), current), signal);
    }
  }

  endGeneration(): void {
    if (this.#isDisposed || this.#writes?.signal.aborted === true) return;
    this.#link.end();
  }

  setGate(gate: PlaybackGate): void {
    this.#assertUsable();
    this.#link.setGate(gate);
  }

  /** The generation takes no samples afterwards; `cursor` then holds its final count. */
  async flush(): Promise<void> {
    if (this.#isDisposed) return;
    this.#writes?.abort(createAbortReason('The generation was flushed.'));
    this.#link.discard();
    const limit = new AbortController();
    const cancel = this.#clock.schedule(() => limit.abort(), FLUSH_LIMIT_MS);
    const isMet = (): boolean => this.#isDisposed || this.#link.isDiscarded;
    await waitUntil(isMet, { wake: this.#link.wake, signal: limit.signal }).catch(() => undefined);
    cancel();
  }

  onCursor(listener: (cursor: PlaybackCursor) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#isWatching) void this.#watch();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Fades out and drops what is queued; a `write` in progress rejects with `disposed`. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#writes?.abort(disposedError());
    this.#listeners.clear();
    this.#link.close();
  }

  async #watch(): Promise<void> {
    this.#isWatching = true;
    let mark = this.#link.wake.mark();
    while (this.#listeners.size > 0) {
      await this.#link.wake.since(mark);
      const now = this.#link.wake.mark();
      // Taken before the cursor is read: a report that comes in between is told of the next time.
      if (now !== mark) this.#report(this.#link.cursor);
      mark = now;
    }
    this.#isWatching = false;
  }

  #report(cursor: PlaybackCursor): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(cursor);
      } catch (error) {
        // The others still hear of it; the thread reports it as uncaught.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #assertUsable(): void {
    if (this.#isDisposed) throw disposedError();
  }
}

function disposedError(): VoiceAgentError {
  return new VoiceAgentError('disposed', 'The audio output was disposed.', {
    details: { what: 'audio output' },
  });
}
