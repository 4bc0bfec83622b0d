// The browser's own language model (Prompt API), which only a page can reach: this end asks the page. Portable.
import { AsyncQueue } from '../core/async-queue.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type {
  LlmEngine,
  LlmMessage,
  LlmPart,
  LlmRequest,
} from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';

export interface BrowserPrompt {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What the page does. */
export interface BrowserPrompts {
  /**
   * Has the model go on after `prompts`, and tells each piece of text. Resolves at the end, or soon after `cancelPrompt`;
   * rejects with a `VoiceAgentError`.
   */
  prompt(
    requestId: number,
    prompts: readonly BrowserPrompt[],
    onText: (text: string) => unknown,
  ): Promise<void>;
  /** An unknown id is ignored. */
  cancelPrompt(requestId: number): unknown;
}

/** Pieces that may wait for whoever speaks them. */
const CAPACITY = 8_192;

/**
 * Answers in pieces of the browser's own size, each of which counts as a token: the model takes no limit, and is left at it.
 * Temperature and seed are the browser's. It calls no tools.
 */
export function createBrowserLlm(page: BrowserPrompts): LlmEngine {
  return new BrowserLlm(page);
}

class BrowserLlm implements LlmEngine {
  readonly info: EngineInfo = {
    name: 'browser',
    stage: 'llm',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };
  readonly supportsTools = false;
  readonly #page: BrowserPrompts;
  readonly #disposal = new AbortController();
  #lastId = 0;

  constructor(page: BrowserPrompts) {
    this.#page = page;
  }

  async *generate(request: LlmRequest): AsyncGenerator<LlmPart> {
    const signal = AbortSignal.any([request.signal, this.#disposal.signal]);
    signal.throwIfAborted();
    if ((request.tools ?? []).length > 0) throw withoutTools();
    this.#lastId += 1;
    const id = this.#lastId;
    const pieces = new AsyncQueue<string>({ name: 'browser model', capacity: CAPACITY });
    const work = { isDone: false };
    this.#page
      .prompt(id, toPrompts(request.messages), (text) => pieces.push(text))
      .then(
        () => pieces.end(),
        (error: unknown) => pieces.fail(error),
      )
      .finally(() => (work.isDone = true));
    let completionTokens = 0;
    let reason: 'stop' | 'length' = 'stop';
    try {
      for await (const text of pieces.iterate(signal)) {
        if (completionTokens === request.maxTokens) {
          reason = 'length';
          break;
        }
        completionTokens += 1;
        yield { type: 'text-delta', text };
      }
    } finally {
      if (!work.isDone) void this.#page.cancelPrompt(id);
    }
    yield { type: 'finish', reason, promptTokens: null, completionTokens };
  }

  async dispose(): Promise<void> {
    const message = 'The language model was disposed of.';
    const error = new VoiceAgentError('disposed', message, { details: { what: 'browser-llm' } });
    this.#disposal.abort(error);
  }
}

/** One message of instructions, which must be the first. */
function toPrompts(messages: readonly LlmMessage[]): BrowserPrompt[] {
  const system = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : []));
  const others = messages.flatMap(({ role, content }): BrowserPrompt[] =>
    role === 'user' || role === 'assistant' ? [{ role, content }] : [],
  );
  return system.length === 0
    ? others
    : [{ role: 'system', content: system.join('\n\n') }, ...others];
}

function withoutTools(): VoiceAgentError<'unsupported'> {
  return new VoiceAgentError(
    'unsupported',
    "The browser's own language model calls no functions of the page. Leave options.tools out, or take another model.",
    { details: { feature: 'tools with the model of the browser' } },
  );
}
