// The browser's Prompt API as its specification has it, over a script: no browser of the tests has the real one. Portable.
import type { PromptApi, PromptApiSession } from '../../src/browser/browser-model.ts';
import type { BrowserPrompt } from '../../src/engines/browser-llm.ts';
import { createScriptedLlm } from '../../src/testing/scripted-llm.ts';
import type { ScriptedLlm, ScriptedReply } from '../../src/testing/scripted-llm.ts';

type CreateOptions = Parameters<PromptApi['create']>[0];

export class FakePromptApi implements PromptApi {
  /** What `availability` says. */
  state = 'available';
  /** Options of every session, oldest first. */
  readonly created: CreateOptions[] = [];
  /** Sessions that were not destroyed. */
  open = 0;
  readonly #script: ScriptedLlm;

  constructor(replies: readonly ScriptedReply[]) {
    this.#script = createScriptedLlm({ replies });
  }

  availability(): Promise<string> {
    return Promise.resolve(this.state);
  }

  async create(options: CreateOptions): Promise<PromptApiSession> {
    options.signal?.throwIfAborted();
    const { monitor, initialPrompts = [] } = options;
    if (this.state === 'downloadable' && monitor !== undefined) {
      const target = new EventTarget();
      monitor(target);
      for (const loaded of [0, 0.5, 1]) {
        target.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded }));
      }
      this.state = 'available';
    }
    if (initialPrompts.slice(1).some(({ role }) => role === 'system')) {
      throw new TypeError('A system prompt must be the first.');
    }
    this.created.push(options);
    this.open += 1;
    return this.#toSession([...initialPrompts]);
  }

  #toSession(history: BrowserPrompt[]): PromptApiSession {
    let isDestroyed = false;
    return {
      promptStreaming: (input, { signal }) => {
        if (isDestroyed) throw new DOMException('The session was destroyed.', 'InvalidStateError');
        history.push({ role: 'user', content: input });
        return toStream(this.#answer(history, signal));
      },
      destroy: () => {
        if (!isDestroyed) this.open -= 1;
        isDestroyed = true;
      },
    };
  }

  async *#answer(history: BrowserPrompt[], signal: AbortSignal): AsyncGenerator<string> {
    const request = { messages: [...history], maxTokens: 1_000, temperature: 0, seed: 1, signal };
    let content = '';
    for await (const part of this.#script.generate(request)) {
      if (part.type !== 'text-delta') continue;
      content += part.text;
      yield part.text;
    }
    history.push({ role: 'assistant', content });
  }
}

function toStream(texts: AsyncGenerator<string>): ReadableStream<string> {
  return new ReadableStream({
    async pull(controller) {
      const next = await texts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}
