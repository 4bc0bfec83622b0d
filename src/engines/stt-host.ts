// Serves a recogniser on a port: streams by number, partials to the registered listener. In workers, and on the page for engines of its own.
import type { PartialTranscript, SttEngine, SttStream } from '../core/contracts/speech-to-text.ts';
import type { FinalTranscript } from '../core/contracts/speech-to-text.ts';
import { createAbortReason } from '../core/abort.ts';
import type { SttService, SttServiceStreamOptions } from './services.ts';

interface OpenStream {
  readonly stream: SttStream;
  readonly controller: AbortController;
}

export class SttServiceHost implements SttService {
  readonly #engine: SttEngine;
  readonly #streams = new Map<number, OpenStream>();
  #onPartial: (streamId: number, partial: PartialTranscript) => void = () => undefined;

  constructor(engine: SttEngine) {
    this.#engine = engine;
  }

  listen(onPartial: (streamId: number, partial: PartialTranscript) => void): void {
    this.#onPartial = onPartial;
  }

  open(streamId: number, options: SttServiceStreamOptions): void {
    const controller = new AbortController();
    const stream = this.#engine.open({
      ...options,
      signal: controller.signal,
      onPartial: (partial) => this.#onPartial(streamId, partial),
    });
    this.#streams.set(streamId, { stream, controller });
  }

  push(streamId: number, pcm: Float32Array): void {
    this.#streams.get(streamId)?.stream.push(pcm);
  }

  async transcribe(streamId: number): Promise<FinalTranscript> {
    const open = this.#streams.get(streamId);
    if (open === undefined) throw createAbortReason('The recognition stream was closed.');
    return open.stream.transcribe({ signal: open.controller.signal });
  }

  close(streamId: number): void {
    const open = this.#streams.get(streamId);
    this.#streams.delete(streamId);
    open?.controller.abort(createAbortReason('The recognition stream was closed.'));
    open?.stream.close();
  }
}
