// One runtime as a language model: turns, prefix reuse, pre-emption. Worker or page.
import { abortable, createLinkedAbort } from '../../src/core/abort.ts';
import { AsyncQueue } from '../../src/core/async-queue.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  LlmEngine,
  LlmPart,
  LlmPrefill,
  LlmRequest,
} from '../../src/core/contracts/language-model.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { RequestLane } from '../../src/core/request-lane.ts';
import { Rest } from '../../src/core/rest.ts';
import { ChatAnswer } from '../../src/engines/openai-answer.ts';
import { toChunk, toWireMessage, toWireTool } from '../../src/engines/openai-wire.ts';
import type { LlamaRequest, LlamaRuntime } from '../runtimes/llama-runtime.ts';

/** Requests that may wait for the one that runs: an attempt, the one before it, and some slack. */
const WAITING_REQUESTS = 4;
/** Parts of an answer besides its tokens. */
const EXTRA_PARTS = 64;

/** Of fewer, one that waited for something else would be most of what they took. */
const TELLING_TOKENS = 9;

const PREEMPTED = new DOMException('A newer request took the engine.', 'AbortError');

/**
 * One request computes at a time. Others wait in order, abortably, at most four: beyond that the oldest
 * waiting one is turned away with `queue-overflow`. A prefill gives way to any newer request; what it
 * evaluated stays and its promise resolves. Owns the runtime.
 */
export class LlamaEngine implements LlmEngine {
  readonly #runtime: LlamaRuntime;
  readonly #lane = new RequestLane({ name: 'llama', capacity: WAITING_REQUESTS });
  readonly #disposal = new AbortController();
  readonly #clock: Clock;
  readonly #rest: Rest;
  /** The prefill that runs or waits. */
  #prefill: AbortController | null = null;

  constructor(runtime: LlamaRuntime, clock: Clock = systemClock) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#rest = new Rest(clock);
  }

  get info(): EngineInfo {
    const { name = 'llama', backend = 'wasm', threads, modelId } = this.#runtime;
    return { name, stage: 'llm', modelIds: [modelId], backend, threads };
  }

  async *generate(request: LlmRequest): AsyncGenerator<LlmPart> {
    const { controller, release } = this.#start(request.signal);
    try {
      this.#rest.end();
      this.#prefill?.abort(PREEMPTED);
      const leave = await this.#lane.enter(controller.signal);
      const capacity = request.maxTokens + EXTRA_PARTS;
      const parts = new AsyncQueue<LlmPart>({ name: 'llama parts', capacity });
      void this.#answer(request, parts, controller.signal).finally(leave);
      yield* parts.iterate(controller.signal);
    } finally {
      release();
      controller.abort(PREEMPTED);
    }
  }

  async prefill(options: LlmPrefill): Promise<void> {
    const { controller, release } = this.#start(options.signal);
    if (this.#runtime.canPrefill === false) {
      release();
      return;
    }
    this.#prefill?.abort(PREEMPTED);
    this.#prefill = controller;
    try {
      const leave = await this.#lane.enter(controller.signal);
      const call = { signal: controller.signal, onChunk: () => undefined };
      const run = this.#runtime.complete(toPrefill(options), call).finally(leave);
      await abortable(run, controller.signal);
    } catch (error) {
      if (error !== PREEMPTED) throw error;
    } finally {
      release();
      if (this.#prefill === controller) this.#prefill = null;
    }
  }

  /** No newer request ends it: that one needs what it evaluates. */
  async predictEnd(options: LlmPrefill): Promise<number | null> {
    if (this.#runtime.predictEnd === undefined) {
      await this.prefill(options);
      return null;
    }
    const { controller, release } = this.#start(options.signal);
    try {
      this.#prefill?.abort(PREEMPTED);
      const leave = await this.#lane.enter(controller.signal);
      const run = this.#runtime.predictEnd(toPrompt(options), controller.signal).finally(leave);
      return await abortable(run, controller.signal);
    } finally {
      release();
    }
  }

  rest(limitMs: number): void {
    this.#rest.begin(limitMs);
  }

  wake(): void {
    this.#rest.end();
  }

  async dispose(): Promise<void> {
    if (this.#disposal.signal.aborted) return;
    const message = 'The language model was disposed of.';
    const details = { what: 'llama-llm' };
    this.#disposal.abort(new VoiceAgentError('disposed', message, { details }));
    await this.#runtime.dispose();
  }

  /** Throws when aborted or disposed of already. */
  #start(signal: AbortSignal): ReturnType<typeof createLinkedAbort> {
    const any = AbortSignal.any([signal, this.#disposal.signal]);
    any.throwIfAborted();
    return createLinkedAbort(any);
  }

  /** Never rejects: failures go to the reader of the parts. */
  async #answer(
    request: LlmRequest,
    parts: AsyncQueue<LlmPart>,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = new ChatAnswer();
    const pace = new DecodePace(this.#clock);
    try {
      await this.#runtime.complete(toLlamaRequest(request), {
        signal,
        mayGoOn: () => pace.without(abortable(this.#rest.over, signal)),
        onChunk: (chunk) => {
          const counts = chunk.timings;
          const usage =
            counts === undefined
              ? null
              : { promptTokens: counts.prompt_n, completionTokens: counts.predicted_n };
          const text = answer.add({ ...toChunk(chunk), usage });
          if (text === '') return;
          pace.count();
          parts.push({ type: 'text-delta', text });
        },
      });
      for (const part of answer.finish()) {
        parts.push(part.type === 'finish' ? { ...part, ...pace.cost } : part);
      }
      parts.end();
    } catch (error) {
      parts.fail(error);
    }
  }
}

/** How long the tokens of one answer take, without the rests between them. */
class DecodePace {
  readonly #clock: Clock;
  #tokens = 0;
  #firstMs = 0;
  #lastMs = 0;
  #restedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(): void {
    this.#lastMs = this.#clock.nowMs();
    if (this.#tokens === 0) this.#firstMs = this.#lastMs;
    this.#tokens += 1;
  }

  async without(rest: Promise<void>): Promise<void> {
    const startMs = this.#clock.nowMs();
    await rest;
    if (this.#tokens > 0) this.#restedMs += this.#clock.nowMs() - startMs;
  }

  get cost(): { decodeMs?: number } {
    if (this.#tokens < TELLING_TOKENS) return {};
    return { decodeMs: this.#lastMs - this.#firstMs - this.#restedMs };
  }
}

function toLlamaRequest(request: LlmRequest): LlamaRequest {
  const { maxTokens, temperature, seed, toolChoice } = request;
  const choice = toolChoice === undefined ? {} : { tool_choice: toolChoice };
  return { ...toPrompt(request), ...choice, max_tokens: maxTokens, temperature, seed };
}

/**
 * Evaluates messages without the start of an answer behind them: five tokens that would be thrown away
 * again. llama.cpp makes at least one token, which is not looked at.
 */
export function toPrefill(prefill: Omit<LlmPrefill, 'signal'>): LlamaRequest {
  const noAnswer = { add_generation_prompt: false, max_tokens: 1, temperature: 0 };
  return { ...toPrompt(prefill), ...noAnswer };
}

/** The library's own types of messages and tools are closed records; the wire format fits them. */
function toPrompt({
  messages,
  tools = [],
}: Omit<LlmPrefill, 'signal'>): Pick<LlamaRequest, 'messages' | 'tools'> {
  const wire = { messages: messages.map(toWireMessage) as unknown as LlamaRequest['messages'] };
  if (tools.length === 0) return wire;
  return { ...wire, tools: tools.map(toWireTool) as unknown as NonNullable<LlamaRequest['tools']> };
}
