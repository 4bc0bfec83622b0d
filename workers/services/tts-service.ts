// Serves a voice on a port: chunks at the output's rate go to the registered listener. Speak worker.
import { transfer } from 'comlink';
import { systemClock } from '../../src/core/clock.ts';
import type { TtsChunk, TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import { toRate } from '../../src/core/tts-rate.ts';
import type { TtsService, TtsServiceRequest } from '../../src/engines/services.ts';
import { whileBusy } from '../../src/rpc/expose-worker.ts';
import { measureRtf } from '../engines/measure-rtf.ts';
import { Requests } from './requests.ts';

type ChunkListener = (requestId: number, chunk: TtsChunk) => unknown;

/** The longest single model run, Kokoro's 510 tokens on one thread: about 35 s of audio. */
const MAX_RUN_MS = 90_000;

export class TtsServiceHost implements TtsService {
  readonly #engine: TtsEngine;
  readonly #requests = new Requests();
  readonly #scope: { postMessage(message: unknown): void };
  #onChunk: ChunkListener = () => undefined;

  constructor(engine: TtsEngine, scope: { postMessage(message: unknown): void }) {
    this.#engine = engine;
    this.#scope = scope;
  }

  listen(onChunk: ChunkListener): void {
    this.#onChunk = onChunk;
  }

  synthesize(requestId: number, request: TtsServiceRequest): Promise<void> {
    const { outputRateHz, ...wanted } = request;
    return this.#requests.run(requestId, (signal) =>
      whileBusy(this.#scope, { maxMs: MAX_RUN_MS }, async () => {
        let delivered: unknown;
        const made = this.#engine.synthesize({ ...wanted, signal });
        for await (const chunk of outputRateHz === null ? made : toRate(made, outputRateHz)) {
          delivered = this.#onChunk(requestId, transfer(chunk, [chunk.pcm.buffer]));
        }
        // Chunks travel on another port than this call's answer: it must not overtake the last one.
        await delivered;
      }),
    );
  }

  measureRtf(requestId: number): Promise<number | undefined> {
    const work = (signal: AbortSignal): Promise<number> =>
      measureRtf(this.#engine, { clock: systemClock, signal });
    return this.#requests.run(requestId, (signal) =>
      whileBusy(this.#scope, { maxMs: MAX_RUN_MS }, () => work(signal)),
    );
  }

  cancel(requestId: number): void {
    this.#requests.cancel(requestId);
  }
}
