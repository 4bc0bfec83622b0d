// Serves a language model on a port: parts of a request go to the registered listener. In workers, and on the page for engines of its own.
import type {
  LlmEngine,
  LlmPart,
  LlmPrefill,
  LlmRequest,
} from '../core/contracts/language-model.ts';
import { measureLlmRtf } from './llm-rtf.ts';
import type { LlmService } from './services.ts';
import { Requests } from './host-requests.ts';

type PartListener = (requestId: number, part: LlmPart) => unknown;

export class LlmServiceHost implements LlmService {
  readonly #engine: LlmEngine;
  readonly #requests = new Requests();
  #onPart: PartListener = () => undefined;

  constructor(engine: LlmEngine) {
    this.#engine = engine;
  }

  listen(onPart: PartListener): void {
    this.#onPart = onPart;
  }

  generate(requestId: number, request: Omit<LlmRequest, 'signal'>): Promise<void> {
    return this.#requests.run(requestId, async (signal) => {
      let delivered: unknown;
      for await (const part of this.#engine.generate({ ...request, signal })) {
        delivered = this.#onPart(requestId, part);
      }
      // Parts travel on another port than this call's answer: it must not overtake the last one.
      await delivered;
    });
  }

  prefill(requestId: number, prefill: Omit<LlmPrefill, 'signal'>): Promise<void> {
    return this.#requests.run(requestId, async (signal) => {
      await this.#engine.prefill?.({ ...prefill, signal });
    });
  }

  predictEnd(
    requestId: number,
    prefill: Omit<LlmPrefill, 'signal'>,
  ): Promise<number | null | undefined> {
    return this.#requests.run(requestId, async (signal) => {
      const options = { ...prefill, signal };
      if (this.#engine.predictEnd !== undefined) return this.#engine.predictEnd(options);
      await this.#engine.prefill?.(options);
      return null;
    });
  }

  measureRtf(requestId: number): Promise<number | null | undefined> {
    return this.#requests.run(requestId, (signal) => measureLlmRtf(this.#engine, signal));
  }

  rest(limitMs: number): void {
    this.#engine.rest?.(limitMs);
  }

  wake(): void {
    this.#engine.wake?.();
  }

  cancel(requestId: number): void {
    this.#requests.cancel(requestId);
  }
}
