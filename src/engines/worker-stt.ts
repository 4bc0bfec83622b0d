// A recogniser in the listen worker, as the turn worker sees it. Portable.
import { proxy, transfer } from 'comlink';
import type { Remote } from 'comlink';
import { createAbortReason } from '../core/abort.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  FinalTranscript,
  PartialTranscript,
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../core/contracts/speech-to-text.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { WorkerLink } from '../rpc/worker-link.ts';
import type { Clock } from '../core/clock.ts';
import type { SttService } from './services.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';

/** A final decode, one restart of the worker included. */
const TRANSCRIBE_LIMIT_MS = 20_000;
/** Audio kept for a restarted worker, at 16 kHz: two minutes, more than the longest turn allowed. */
const REPLAY_SAMPLES = 16_000 * 120;

export class WorkerStt implements SttEngine {
  readonly #link: WorkerLink<SttService>;
  readonly #streams = new Map<number, WorkerSttStream>();
  readonly #loaded: LoadedEngine;
  #lastId = 0;

  constructor(options: { loaded: LoadedEngine; clock: Clock }) {
    this.#loaded = options.loaded;
    this.#link = new WorkerLink<SttService>({
      name: 'listen',
      clock: options.clock,
      onAttach: (remote) => this.#handleAttach(remote),
    });
  }

  get info(): EngineInfo {
    return this.#loaded.info;
  }

  get languages(): readonly string[] {
    return this.#loaded.languages;
  }

  /** A (new) worker stands behind the engine: open streams are opened there again, with their audio. */
  attach(port: MessagePort): void {
    this.#link.attach(port);
  }

  detach(error: VoiceAgentError): void {
    this.#link.detach(error);
  }

  /** Nothing takes the place of the worker: calls fail at once, unless one is attached after all. */
  close(error: VoiceAgentError): void {
    this.#link.close(error);
  }

  open(options: SttStreamOptions): SttStream {
    this.#lastId += 1;
    const id = this.#lastId;
    const stream = new WorkerSttStream({
      id,
      link: this.#link,
      streamOptions: options,
      onClose: () => this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    return stream;
  }

  async dispose(): Promise<void> {
    for (const stream of [...this.#streams.values()]) stream.close();
    this.#link.close(
      new VoiceAgentError('disposed', 'The recogniser was disposed.', { details: { what: 'stt' } }),
    );
  }

  #handleAttach(remote: Remote<SttService>): void {
    void remote.listen(
      proxy((streamId: number, partial: PartialTranscript) => {
        this.#streams.get(streamId)?.handlePartial(partial);
      }),
    );
    for (const stream of this.#streams.values()) stream.replay(remote);
  }
}

class WorkerSttStream implements SttStream {
  readonly #id: number;
  readonly #link: WorkerLink<SttService>;
  readonly #options: SttStreamOptions;
  readonly #onClose: () => void;
  readonly #heard: Float32Array[] = [];
  readonly #closing = new AbortController();
  #heardSamples = 0;

  constructor(options: {
    id: number;
    link: WorkerLink<SttService>;
    streamOptions: SttStreamOptions;
    onClose: () => void;
  }) {
    this.#id = options.id;
    this.#link = options.link;
    this.#options = options.streamOptions;
    this.#onClose = options.onClose;
    const { signal } = this.#options;
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', this.#handleAbort, { once: true });
    const { remote } = this.#link;
    if (remote !== null) this.#openThere(remote);
  }

  push(pcm: Float32Array): void {
    if (this.#closing.signal.aborted) return;
    this.#heard.push(pcm.slice());
    this.#heardSamples += pcm.length;
    while (this.#heardSamples > REPLAY_SAMPLES) {
      this.#heardSamples -= this.#heard.shift()?.length ?? 0;
    }
    const copy = pcm.slice();
    void this.#link.remote?.push(this.#id, transfer(copy, [copy.buffer]));
  }

  async transcribe({ signal }: { signal: AbortSignal }): Promise<FinalTranscript> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const call = (): Promise<FinalTranscript> =>
      this.#link.call((remote) => remote.transcribe(this.#id), {
        signal: either,
        limitMs: TRANSCRIBE_LIMIT_MS,
      });
    try {
      return await call();
    } catch (error) {
      // The restarted worker gets the audio again (replay), so asking it once more loses nothing.
      if (VoiceAgentError.is(error) && error.code === 'worker-crashed') return call();
      throw error;
    }
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(createAbortReason('The recognition stream was closed.'));
    this.#options.signal.removeEventListener('abort', this.#handleAbort);
    this.#heard.length = 0;
    void this.#link.remote?.close(this.#id);
    this.#onClose();
  }

  handlePartial(partial: PartialTranscript): void {
    if (!this.#closing.signal.aborted) this.#options.onPartial(partial);
  }

  replay(remote: Remote<SttService>): void {
    this.#openThere(remote);
    for (const pcm of this.#heard) {
      const copy = pcm.slice();
      void remote.push(this.#id, transfer(copy, [copy.buffer]));
    }
  }

  #openThere(remote: Remote<SttService>): void {
    const { language, hints = [] } = this.#options;
    void remote.open(this.#id, { language, hints });
  }

  readonly #handleAbort = (): void => this.close();
}
