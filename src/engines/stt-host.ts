// Serves a recogniser on a port: streams by number, partials to the registered listener. In workers, and on the page for engines of its own.
import type { PartialTranscript, SttEngine, SttStream } from '../core/contracts/speech-to-text.ts';
import type { FinalTranscript } from '../core/contracts/speech-to-text.ts';
import { createAbortReason } from '../core/abort.ts';
import type { SttService, SttServiceStreamOptions } from './services.ts';

interface OpenStream {
  readonly stream: SttStream;
  readonly controller: AbortController;
}

/** What the engine refused to open: whoever asks for its words is told why. */
interface RefusedStream {
  readonly reason: unknown;
}

export class SttServiceHost implements SttService {
  readonly #engine: SttEngine;
  readonly #streams = new Map<number, OpenStream | RefusedStream>();
  #onPartial: (streamId: number, partial: PartialTranscript) => void = () => undefined;

  constructor(engine: SttEngine) {
    this.#engine = engine;
  }

  listen(onPartial: (streamId: number, partial: PartialTranscript) => void): void {
    this.#onPartial = onPartial;
  }

  open(streamId: number, options: SttServiceStreamOptions): void {
    const controller = new AbortController();
    const { signal } = controller;
    const onPartial = (partial: PartialTranscript): void => this.#onPartial(streamId, partial);
    try {
      const stream = this.#engine.open({ ...options, signal, onPartial });
      this.#streams.set(streamId, { stream, controller });
    } catch (reason) {
      this.#streams.set(streamId, { reason });
    }
  }

  push(streamId: number, pcm: Float32Array): void {
    const open = this.#streams.get(streamId);
    if (open !== undefined && 'stream' in open) open.stream.push(pcm);
  }

  async transcribe(streamId: number): Promise<FinalTranscript> {
    const open = this.#streams.get(streamId);
    if (open === undefined) throw createAbortReason('The recognition stream was closed.');
    if ('reason' in open) throw open.reason;
    return open.stream.transcribe({ signal: open.controller.signal });
  }

  close(streamId: number): void {
    const open = this.#streams.get(streamId);
    this.#streams.delete(streamId);
    if (open === undefined || 'reason' in open) return;
    open.controller.abort(createAbortReason('The recognition stream was closed.'));
    open.stream.close();
  }
}
