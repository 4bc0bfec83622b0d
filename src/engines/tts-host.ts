// Serves a voice on a port: chunks go to the registered listener. In workers, and on the page for engines of its own.
import { transfer } from 'comlink';
import type { TtsChunk, TtsEngine } from '../core/contracts/text-to-speech.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';
import { Requests } from './host-requests.ts';
import type { TtsService, TtsServiceRequest } from './services.ts';

type ChunkListener = (requestId: number, chunk: TtsChunk) => unknown;

/** What a host does for its voice in a worker, and leaves to others on a page. */
export interface TtsHostWork {
  /** Runs what may block the thread for long. */
  whileBusy<T>(work: () => Promise<T>): Promise<T>;
  /** Chunks at the output's rate. */
  toRate(chunks: AsyncIterable<TtsChunk>, rateHz: number): AsyncIterable<TtsChunk>;
  measureRtf(engine: TtsEngine, signal: AbortSignal): Promise<number>;
}

/** Whoever gets chunks at another rate than the output's resamples them. */
const PLAIN: TtsHostWork = {
  whileBusy: (work) => work(),
  toRate: (chunks) => chunks,
  measureRtf: () =>
    Promise.reject(new TypeError('measureRtf: only voices in workers are measured')),
};

export class TtsServiceHost implements TtsService {
  readonly #engine: TtsEngine;
  readonly #work: TtsHostWork;
  readonly #requests = new Requests();
  readonly #played = new Map<number, Deferred>();
  #onChunk: ChunkListener = () => undefined;

  constructor(engine: TtsEngine, work: TtsHostWork = PLAIN) {
    this.#engine = engine;
    this.#work = work;
  }

  listen(onChunk: ChunkListener): void {
    this.#onChunk = onChunk;
  }

  synthesize(requestId: number, request: TtsServiceRequest): Promise<void> {
    const { outputRateHz, ...wanted } = request;
    const played = createDeferred();
    this.#played.set(requestId, played);
    const done = this.#requests.run(requestId, (signal) =>
      this.#work.whileBusy(async () => {
        let delivered: unknown;
        const made = this.#engine.synthesize({ ...wanted, signal, played: played.promise });
        const chunks = outputRateHz === null ? made : this.#work.toRate(made, outputRateHz);
        for await (const chunk of chunks) {
          delivered = this.#onChunk(requestId, transfer(chunk, [chunk.pcm.buffer]));
        }
        // Chunks travel on another port than this call's answer: it must not overtake the last one.
        await delivered;
      }),
    );
    return done.finally(() => this.#played.delete(requestId));
  }

  handlePlayed(requestId: number): void {
    this.#played.get(requestId)?.resolve();
  }

  measureRtf(requestId: number): Promise<number | undefined> {
    return this.#requests.run(requestId, (signal) =>
      this.#work.whileBusy(() => this.#work.measureRtf(this.#engine, signal)),
    );
  }

  cancel(requestId: number): void {
    this.#requests.cancel(requestId);
  }
}
