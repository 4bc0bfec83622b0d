// A language model in the think worker, as the turn worker sees it. Portable.
import { proxy } from 'comlink';
import type { Remote } from 'comlink';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { Clock } from '../core/clock.ts';
import type {
  LlmEngine,
  LlmPart,
  LlmPrefill,
  LlmRequest,
} from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { WorkerLink } from '../rpc/worker-link.ts';
import type { LlmService } from './services.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import { WorkerStreams } from './worker-stream.ts';

/** A whole answer on a slow single-thread device. */
const GENERATE_LIMIT_MS = 180_000;
const PREFILL_LIMIT_MS = 60_000;

export class WorkerLlm implements LlmEngine {
  readonly #loaded: LoadedEngine;
  readonly #link: WorkerLink<LlmService>;
  readonly #streams: WorkerStreams<LlmService, LlmPart>;
  #prefills = 0;

  constructor(options: { loaded: LoadedEngine; clock: Clock }) {
    this.#loaded = options.loaded;
    this.#link = new WorkerLink<LlmService>({
      name: 'think',
      clock: options.clock,
      onAttach: (remote) =>
        void remote.listen(
          proxy((id: number, part: LlmPart) => this.#streams.handlePart(id, part)),
        ),
    });
    this.#streams = new WorkerStreams({
      name: 'llm parts',
      link: this.#link,
      capacity: 8_192,
      limitMs: GENERATE_LIMIT_MS,
      cancel: (remote, id) => remote.cancel(id),
    });
  }

  get info(): EngineInfo {
    return this.#loaded.info;
  }

  get languages(): readonly string[] {
    return this.#loaded.languages;
  }

  get supportsTools(): boolean {
    return this.#loaded.supportsTools ?? true;
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

  generate({ signal, ...request }: LlmRequest): AsyncIterable<LlmPart> {
    return this.#streams.request({
      signal,
      invoke: (remote, id) => remote.generate(id, request),
    });
  }

  async prefill({ signal, ...prefill }: LlmPrefill): Promise<void> {
    await this.#readAhead((remote, id) => remote.prefill(id, prefill), signal);
  }

  async predictEnd({ signal, ...prefill }: LlmPrefill): Promise<number | null> {
    const told = await this.#readAhead((remote, id) => remote.predictEnd(id, prefill), signal);
    return told ?? null;
  }

  rest(limitMs: number): void {
    void this.#link.remote?.rest(limitMs);
  }

  wake(): void {
    void this.#link.remote?.wake();
  }

  async #readAhead<Told>(
    invoke: (remote: Remote<LlmService>, id: number) => Promise<Told>,
    signal: AbortSignal,
  ): Promise<Told> {
    // They count downwards so that they never share an id with a generation.
    this.#prefills -= 1;
    const id = this.#prefills;
    const handleAbort = (): void => void this.#link.remote?.cancel(id);
    signal.addEventListener('abort', handleAbort, { once: true });
    try {
      const limitMs = PREFILL_LIMIT_MS;
      return await this.#link.call((remote) => invoke(remote, id), { signal, limitMs });
    } finally {
      signal.removeEventListener('abort', handleAbort);
    }
  }

  async dispose(): Promise<void> {
    this.#link.close(
      new VoiceAgentError('disposed', 'The language model was disposed.', {
        details: { what: 'llm' },
      }),
    );
  }
}
