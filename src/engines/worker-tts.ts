// A voice in the speak worker, as the turn worker sees it. Portable.
import { proxy } from 'comlink';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { Clock } from '../core/clock.ts';
import type {
  TtsChunk,
  TtsEngine,
  TtsRequest,
  TtsVoice,
} from '../core/contracts/text-to-speech.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { WorkerLink } from '../rpc/worker-link.ts';
import type { TtsService } from './services.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import { WorkerStreams } from './worker-stream.ts';

/** A long paragraph at twice real time on one thread. */
const SYNTHESIZE_LIMIT_MS = 120_000;

export class WorkerTts implements TtsEngine {
  readonly #loaded: LoadedEngine;
  readonly #link: WorkerLink<TtsService>;
  readonly #streams: WorkerStreams<TtsService, TtsChunk>;
  #outputRateHz: number | null = null;

  constructor(options: { loaded: LoadedEngine; clock: Clock }) {
    this.#loaded = options.loaded;
    this.#link = new WorkerLink<TtsService>({
      name: 'speak',
      clock: options.clock,
      onAttach: (remote) =>
        void remote.listen(
          proxy((id: number, chunk: TtsChunk) => this.#streams.handlePart(id, chunk)),
        ),
    });
    this.#streams = new WorkerStreams({
      name: 'tts chunks',
      link: this.#link,
      capacity: 256,
      limitMs: SYNTHESIZE_LIMIT_MS,
      cancel: (remote, id) => remote.cancel(id),
    });
  }

  get info(): EngineInfo {
    return this.#loaded.info;
  }

  get voices(): readonly TtsVoice[] {
    return this.#loaded.voices;
  }

  get playsItself(): boolean {
    return this.#loaded.playsItself ?? false;
  }

  /** Chunks come at this rate from the next request on: the worker resamples where it does not delay a turn. */
  setOutputRate(rateHz: number): void {
    this.#outputRateHz = rateHz;
  }

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

  synthesize({ signal, played, ...request }: TtsRequest): AsyncIterable<TtsChunk> {
    const outputRateHz = this.#outputRateHz;
    return this.#streams.request({
      signal,
      invoke: (remote, id) => {
        if (this.playsItself) void played?.then(() => remote.handlePlayed(id));
        return remote.synthesize(id, { ...request, outputRateHz });
      },
    });
  }

  async dispose(): Promise<void> {
    this.#link.close(
      new VoiceAgentError('disposed', 'The voice was disposed.', { details: { what: 'tts' } }),
    );
  }
}
