// Language model behind an OpenAI-compatible endpoint: streaming, deadlines, retries. Portable: any
// thread with `fetch`.
import { createLinkedAbort, delay, withDeadline } from '../core/abort.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LlmEngine, LlmPart, LlmRequest } from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { ChatChunks } from './chat-chunks.ts';
import { ChatAnswer } from './openai-answer.ts';
import { postChat } from './openai-request.ts';
import type { ChatServer } from './openai-request.ts';
import type { ChatChunk } from './openai-wire.ts';
import { createIncompleteError, createRequestError, createStalledError } from './remote-errors.ts';
import { createRemoteServer, RequestFailure } from './remote-request.ts';
import type { RemoteOptions } from './remote-request.ts';
import { toTyped, waitBeforeRetryMs } from './remote-retry.ts';

export interface OpenAiLlmOptions extends RemoteOptions {
  /** From the call to the first token, all retries included. Default 15 s. */
  readonly firstTokenDeadlineMs?: number;
  /** Between two tokens. Default 10 s. */
  readonly tokenDeadlineMs?: number;
}

/** How long the token counts may come behind the end of an answer before it ends without them. */
const TRAILER_LIMIT_MS = 500;

/**
 * Makes no request until `generate`. Throws a `TypeError` for options that cannot work.
 *
 * Before its first part an answer is asked for again after 408, 409, 425, 429, 5xx, a broken
 * connection or none, as long as the first deadline allows; afterwards never: what was said stands and
 * the stream rejects with `llm-incomplete` or `llm-stalled`. Requests may overlap.
 */
export function createOpenAiLlm(options: OpenAiLlmOptions): LlmEngine {
  return new OpenAiLlm(options);
}

/** One call of `generate`: its signal, and until when it may stay silent. */
interface Call {
  readonly request: LlmRequest;
  readonly signal: AbortSignal;
  silentUntilMs: number;
  /** The wait that `silentUntilMs` stands for. */
  limitMs: number;
}

class OpenAiLlm implements LlmEngine {
  readonly info: EngineInfo;
  readonly supportsTools = true;
  readonly #server: ChatServer;
  readonly #firstTokenDeadlineMs: number;
  readonly #tokenDeadlineMs: number;
  readonly #disposal = new AbortController();

  constructor(options: OpenAiLlmOptions) {
    this.#firstTokenDeadlineMs = toPositive(options, 'firstTokenDeadlineMs', 15_000);
    this.#tokenDeadlineMs = toPositive(options, 'tokenDeadlineMs', 10_000);
    this.#server = { ...createRemoteServer(options, 'llm'), refused: new Set() };
    this.info = {
      name: 'openai',
      stage: 'llm',
      modelIds: [],
      modelName: options.model,
      backend: 'remote',
      threads: 1,
    };
  }

  async *generate(request: LlmRequest): AsyncGenerator<LlmPart> {
    request.signal.throwIfAborted();
    const { controller, release } = createLinkedAbort(
      AbortSignal.any([request.signal, this.#disposal.signal]),
    );
    const limitMs = this.#firstTokenDeadlineMs;
    const silentUntilMs = this.#server.clock.nowMs() + limitMs;
    try {
      yield* this.#answer({ request, signal: controller.signal, limitMs, silentUntilMs });
    } finally {
      release();
      controller.abort();
    }
  }

  async dispose(): Promise<void> {
    const message = 'The language model was disposed of.';
    const error = new VoiceAgentError('disposed', message, { details: { what: 'openai-llm' } });
    this.#disposal.abort(error);
  }

  /** Asks until an answer begins; once a part is out its failure is final. */
  async *#answer(call: Call): AsyncGenerator<LlmPart> {
    for (let retry = 0; ; retry += 1) {
      let hasBegun = false;
      try {
        for await (const part of this.#attempt(call)) {
          hasBegun = true;
          yield part;
        }
        return;
      } catch (thrown) {
        call.signal.throwIfAborted();
        const waitMs = hasBegun ? null : waitBeforeRetryMs(thrown, retry, this.#server.retry);
        if (waitMs === null || this.#server.clock.nowMs() + waitMs >= call.silentUntilMs) {
          throw toTyped(thrown);
        }
        await delay(this.#server.clock, waitMs, call.signal);
      }
    }
  }

  async *#attempt(call: Call): AsyncGenerator<LlmPart> {
    const attempt = createLinkedAbort(call.signal);
    let chunks: ChatChunks | null = null;
    const answer = new ChatAnswer();
    try {
      const posted = postChat(this.#server, call.request, attempt.controller.signal);
      chunks = new ChatChunks(await this.#wait(posted, call));
      for (;;) {
        const chunk = await this.#nextChunk(chunks, answer, call);
        if (chunk === null) break;
        const text = answer.add(chunk);
        if (text !== '') yield { type: 'text-delta', text };
        if (ChatAnswer.isProgress(chunk)) this.#allowSilence(call, answer);
      }
      yield* answer.finish();
    } catch (error) {
      call.signal.throwIfAborted();
      const isTyped = error instanceof RequestFailure || VoiceAgentError.is(error);
      throw isTyped ? error : createIncompleteError(this.#server.endpoint, error, answer);
    } finally {
      attempt.release();
      void chunks?.cancel();
      attempt.controller.abort();
    }
  }

  /** Null at the end of the answer. */
  async #nextChunk(chunks: ChatChunks, answer: ChatAnswer, call: Call): Promise<ChatChunk | null> {
    try {
      const chunk = await this.#wait(chunks.next(), call);
      if (chunk?.failure != null) throw this.#toReportedError(chunk.failure, answer);
      if (chunk === null && !answer.isFinished && !chunks.isClosed) {
        throw new Error('the connection ended before the answer did');
      }
      return chunk;
    } catch (error) {
      call.signal.throwIfAborted();
      if (answer.isFinished) return null;
      throw error;
    }
  }

  /** An error that came within a stream: of the request, or of an answer that had begun. */
  #toReportedError(failure: NonNullable<ChatChunk['failure']>, answer: ChatAnswer): Error {
    const { endpoint } = this.#server;
    return answer.hasText
      ? createIncompleteError(endpoint, failure.reason)
      : createRequestError(endpoint, failure);
  }

  #allowSilence(call: Call, answer: ChatAnswer): void {
    call.limitMs = answer.isFinished
      ? Math.min(TRAILER_LIMIT_MS, this.#tokenDeadlineMs)
      : this.#tokenDeadlineMs;
    call.silentUntilMs = this.#server.clock.nowMs() + call.limitMs;
  }

  #wait<T>(promise: Promise<T>, call: Call): Promise<T> {
    return withDeadline(promise, {
      clock: this.#server.clock,
      limitMs: Math.max(0, call.silentUntilMs - this.#server.clock.nowMs()),
      toTimeoutError: () => createStalledError(this.#server.endpoint, call.limitMs),
      signal: call.signal,
    });
  }
}

function toPositive(
  options: OpenAiLlmOptions,
  path: 'firstTokenDeadlineMs' | 'tokenDeadlineMs',
  fallback: number,
): number {
  const value = options[path] ?? fallback;
  if (!(value > 0)) throw new TypeError(`${path} must be above 0, got ${value}.`);
  return value;
}
