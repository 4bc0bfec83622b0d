// Language model behind a flow endpoint: a server that keeps the conversation itself. Text leaves the device. Portable.
import { createLinkedAbort, withDeadline } from '../core/abort.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LlmEngine, LlmPart, LlmRequest } from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { toWebUrl } from './remote-endpoint.ts';
import { createIncompleteError, createRequestError, createStalledError } from './remote-errors.ts';
import { createRemoteServer, request, RequestFailure } from './remote-request.ts';
import type { RemoteOptions, RemoteServer } from './remote-request.ts';
import { withRetries } from './remote-retry.ts';
import { ServerSentEvents } from './sse-client.ts';

export interface FlowLlmOptions extends Omit<RemoteOptions, 'model'> {
  readonly flowId: string;
  /** By which the server knows the conversation. */
  readonly sessionId: string;
  /** From the call to the first token, all retries included. Default 15 s. */
  readonly firstTokenDeadlineMs?: number;
  /** Between two tokens. Default 10 s. */
  readonly tokenDeadlineMs?: number;
}

type FlowEvent =
  | { readonly type: 'token' | 'done'; readonly content: string }
  | { readonly type: 'error'; readonly reason: string }
  | { readonly type: 'other' };

/**
 * `GET /api/flows/:flowId/stream/:sessionId?input=...`, answered by server-sent events: `{"type":"token","content"}` for each
 * piece, then `{"type":"done","content"}` with the whole text. Only the last message of a request is sent: instructions and
 * history are the server's. It calls no tools and takes no limit of tokens: at the limit the answer is left.
 *
 * Before the first token it is asked again after what may pass by itself; afterwards a failure is `llm-incomplete` or
 * `llm-stalled`. Throws a `TypeError` for options that cannot work.
 */
export function createFlowLlm(options: FlowLlmOptions): LlmEngine {
  return new FlowLlm(options);
}

class FlowLlm implements LlmEngine {
  readonly info: EngineInfo;
  readonly supportsTools = false;
  readonly #server: RemoteServer;
  readonly #limits: { readonly firstMs: number; readonly nextMs: number };
  readonly #disposal = new AbortController();

  constructor(options: FlowLlmOptions) {
    const { flowId, sessionId } = options;
    if (flowId === '') throw new TypeError('flowId must name a flow, got "".');
    if (sessionId === '') throw new TypeError('sessionId must name a conversation, got "".');
    const server = createRemoteServer({ ...options, model: flowId }, 'llm');
    const url = toWebUrl(options.baseUrl);
    const path = url.pathname.replace(/\/+$/u, '');
    url.pathname = `${path}/api/flows/${encodeURIComponent(flowId)}/stream/${encodeURIComponent(sessionId)}`;
    const endpoint = { stage: 'llm', url: url.href, shownUrl: url.origin + url.pathname } as const;
    this.#server = { ...server, endpoint };
    this.#limits = {
      firstMs: options.firstTokenDeadlineMs ?? 15_000,
      nextMs: options.tokenDeadlineMs ?? 10_000,
    };
    this.info = {
      name: 'flow',
      stage: 'llm',
      modelIds: [],
      modelName: flowId,
      backend: 'remote',
      threads: 1,
    };
  }

  async *generate(wanted: LlmRequest): AsyncGenerator<LlmPart> {
    wanted.signal.throwIfAborted();
    this.#disposal.signal.throwIfAborted();
    if ((wanted.tools ?? []).length > 0) throw withoutTools();
    const parent = AbortSignal.any([wanted.signal, this.#disposal.signal]);
    const { controller, release } = createLinkedAbort(parent);
    try {
      yield* this.#answer(wanted, controller.signal);
    } catch (error) {
      parent.throwIfAborted();
      throw VoiceAgentError.is(error) ? error : createIncompleteError(this.#server.endpoint, error);
    } finally {
      release();
      controller.abort();
    }
  }

  async dispose(): Promise<void> {
    const message = 'The language model was disposed of.';
    const error = new VoiceAgentError('disposed', message, { details: { what: 'flow-llm' } });
    this.#disposal.abort(error);
  }

  async *#answer(wanted: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart> {
    const input = wanted.messages.at(-1)?.content ?? '';
    const { events, first } = await this.#begin(input, signal);
    let completionTokens = 0;
    let event = first;
    for (; event.type === 'token'; event = await this.#next(events, signal)) {
      if (completionTokens === wanted.maxTokens) break;
      completionTokens += 1;
      yield { type: 'text-delta', text: event.content };
    }
    // A server that does not stream gives all of it at once.
    if (event.type === 'done' && completionTokens === 0 && event.content !== '') {
      completionTokens = 1;
      yield { type: 'text-delta', text: event.content };
    }
    const reason = event.type === 'token' ? 'length' : 'stop';
    yield { type: 'finish', reason, promptTokens: null, completionTokens };
  }

  /** Resolves with the first event. */
  #begin(
    input: string,
    signal: AbortSignal,
  ): Promise<{ events: ServerSentEvents; first: FlowEvent }> {
    const { clock, endpoint } = this.#server;
    const { firstMs } = this.#limits;
    const url = new URL(endpoint.url);
    url.searchParams.set('input', input);
    const server = { ...this.#server, endpoint: { ...endpoint, url: url.href } };
    const begun = withRetries(
      server,
      async () => {
        const response = await request(server, null, signal);
        const events = new ServerSentEvents(response.body ?? new Blob([]).stream());
        const first = await readEvent(events).catch((error: unknown) => {
          signal.throwIfAborted();
          const reason = error instanceof Error ? error.message : String(error);
          throw new RequestFailure(createRequestError(endpoint, { status: null, reason }));
        });
        return { events, first };
      },
      { untilMs: clock.nowMs() + firstMs, signal },
    );
    return this.#wait(begun, firstMs, signal);
  }

  #next(events: ServerSentEvents, signal: AbortSignal): Promise<FlowEvent> {
    return this.#wait(readEvent(events), this.#limits.nextMs, signal);
  }

  #wait<T>(promise: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
    const { clock, endpoint } = this.#server;
    const toTimeoutError = (): Error => createStalledError(endpoint, limitMs);
    return withDeadline(promise, { clock, limitMs, toTimeoutError, signal });
  }
}

/** The next token, or the end. Rejects when the server reports a failure, or is gone before the end. */
async function readEvent(events: ServerSentEvents): Promise<FlowEvent> {
  for (;;) {
    const event = await events.next();
    if (event === null) throw new Error('the connection ended before the answer did');
    const read = toFlowEvent(event.data);
    if (read.type === 'error') throw new Error(read.reason);
    if (read.type !== 'other') return read;
  }
}

/** Progress and whatever else a flow tells is passed over. */
function toFlowEvent(data: string): FlowEvent {
  const { type, content, message } = JSON.parse(data) as Partial<Record<string, unknown>>;
  const text = typeof content === 'string' ? content : '';
  if (type === 'token' || type === 'done') return { type, content: text };
  if (type !== 'error') return { type: 'other' };
  return { type, reason: typeof message === 'string' ? message : text || 'the flow failed' };
}

function withoutTools(): VoiceAgentError<'unsupported'> {
  const feature = 'tools with a flow endpoint';
  return new VoiceAgentError(
    'unsupported',
    'A flow endpoint calls no functions of the page. Leave options.tools out, or give the flow its own tools.',
    { details: { feature } },
  );
}
