// Serves an end-of-turn model on a port: questions by number. In workers, and on the page for engines of its own.
import { createAbortReason } from '../core/abort.ts';
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { EndOfTurnService } from './services.ts';
import { Requests } from './host-requests.ts';

export class EndOfTurnServiceHost implements EndOfTurnService {
  readonly #engine: EndOfTurnEngine;
  readonly #requests = new Requests();

  constructor(engine: EndOfTurnEngine) {
    this.#engine = engine;
  }

  async predict(requestId: number, pcm: Float32Array): Promise<number> {
    const probability = await this.#requests.run(requestId, (signal) =>
      this.#engine.predict(pcm, { signal }),
    );
    if (probability === undefined) throw createAbortReason('The request was cancelled.');
    return probability;
  }

  cancel(requestId: number): void {
    this.#requests.cancel(requestId);
  }
}
