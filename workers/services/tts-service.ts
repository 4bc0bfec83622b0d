// Serves a voice on a port: chunks at the output's rate go to the registered listener. Speak worker.
import { transfer } from 'comlink';
import type { TtsChunk, TtsEngine, TtsRequest } from '../../src/core/contracts/text-to-speech.ts';
import type { TtsService } from '../../src/engines/services.ts';
import { whileBusy } from '../../src/rpc/expose-worker.ts';
import { Requests } from './requests.ts';

type ChunkListener = (requestId: number, chunk: TtsChunk) => unknown;

/** The longest single model run, Kokoro's 510 tokens on one thread: about 35 s of audio. */
const MAX_RUN_MS = 90_000;

export class TtsServiceHost implements TtsService {
  readonly #requests = new Requests();
  readonly #scope: { postMessage(message: unknown): void };
  #engine: TtsEngine | null = null;
  #onChunk: ChunkListener = () => undefined;

  constructor(scope: { postMessage(message: unknown): void }) {
    this.#scope = scope;
  }

  setEngine(engine: TtsEngine): void {
    this.#engine = engine;
  }

  listen(onChunk: ChunkListener): void {
    this.#onChunk = onChunk;
  }

  synthesize(requestId: number, request: Omit<TtsRequest, 'signal'>): Promise<void> {
    return this.#requests.run(requestId, (signal) =>
      whileBusy(this.#scope, { maxMs: MAX_RUN_MS }, async () => {
        let delivered: unknown;
        for await (const chunk of this.#engine?.synthesize({ ...request, signal }) ?? []) {
          delivered = this.#onChunk(requestId, transfer(chunk, [chunk.pcm.buffer]));
        }
        // Chunks travel on another port than this call's answer: it must not overtake the last one.
        await delivered;
      }),
    );
  }

  cancel(requestId: number): void {
    this.#requests.cancel(requestId);
  }
}
