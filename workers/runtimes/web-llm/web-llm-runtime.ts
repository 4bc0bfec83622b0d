// One WebLLM engine, made to stop when told and to begin with nothing left over. Worker or page.
import { messageOf } from '../../../src/core/errors.ts';
import type { VoiceAgentError } from '../../../src/core/errors.ts';
import { gpuLost } from '../gpu-device.ts';
import { createTooLongError } from '../llama-runtime.ts';
import type { LlamaCall, LlamaChunk, LlamaRequest, LlamaRuntime } from '../llama-runtime.ts';
import { toGrammarText } from '../tool-calls/grammar.ts';

/** As much of the library's `MLCEngine` as is used. */
export interface MlcEngine {
  readonly chat: {
    readonly completions: { create(request: object): Promise<AsyncIterable<MlcChunk>> };
  };
  /** Ends the request that runs, at its next token; one that waits or has not read its prompt yet forgets it. */
  interruptGenerate(): unknown;
  unload(): Promise<void>;
}

export interface MlcChunk {
  readonly choices: readonly unknown[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

export class WebLlmRuntime implements LlamaRuntime {
  readonly name = 'web-llm';
  readonly modelId: string;
  readonly backend = 'webgpu';
  readonly threads = 1;
  /** It keeps a prompt of whole turns only, and a prefill would end in an answer. */
  readonly canPrefill = false;
  readonly #engine: MlcEngine;
  /** Of a request that did not come to its end. */
  #unread: AsyncIterator<MlcChunk> | null = null;

  constructor(engine: MlcEngine, modelId: string) {
    this.#engine = engine;
    this.modelId = modelId;
  }

  /** Rejects with `gpu-lost` for whatever the library fails of, but for a conversation that is too long. */
  async complete(request: LlamaRequest, call: LlamaCall): Promise<void> {
    try {
      await this.#complete(request, call);
    } catch (error) {
      call.signal.throwIfAborted();
      throw toTypedError(error);
    }
  }

  async dispose(): Promise<void> {
    await this.#drain();
    await this.#engine.unload();
  }

  async #complete({ messages, ...request }: LlamaRequest, call: LlamaCall): Promise<void> {
    const { signal } = call;
    await this.#drain();
    signal.throwIfAborted();
    const { max_tokens: limit, temperature, seed, answer } = request;
    const format =
      answer === undefined
        ? {}
        : { response_format: { type: 'grammar', grammar: toGrammarText(answer) } };
    const stream = await this.#engine.chat.completions.create({
      ...{ messages, temperature, seed, max_tokens: limit, ...format },
      ...{ stream: true, stream_options: { include_usage: true } },
    });
    this.#unread = stream[Symbol.asyncIterator]();
    const interrupt = (): void => void this.#engine.interruptGenerate();
    signal.addEventListener('abort', interrupt);
    try {
      await this.#read(this.#unread, call);
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
    signal.throwIfAborted();
  }

  async #read(
    parts: AsyncIterator<MlcChunk>,
    { signal, onChunk, mayGoOn }: LlamaCall,
  ): Promise<void> {
    for (;;) {
      // An abort while the prompt was read was forgotten when the answer began.
      if (signal.aborted) await this.#drain();
      const next = await parts.next();
      if (next.done === true) break;
      if (!signal.aborted) onChunk(toChunk(next.value));
      await mayGoOn?.().catch(() => undefined);
    }
    this.#unread = null;
  }

  /** The library begins the next request when this one has ended, and not before. */
  async #drain(): Promise<void> {
    const parts = this.#unread;
    if (parts === null) return;
    for (let isDone = false; !isDone;) {
      this.#engine.interruptGenerate();
      isDone = (await parts.next().catch(() => ({ done: true }))).done === true;
    }
    this.#unread = null;
  }
}

function toTypedError(error: unknown): VoiceAgentError {
  const reason = messageOf(error);
  const isTooLong = error instanceof Error && error.name === 'ContextWindowSizeExceededError';
  return isTooLong ? createTooLongError(reason) : gpuLost('WebLLM', reason, error);
}

/** The last one has the counts and no text. */
function toChunk({ choices, usage }: MlcChunk): LlamaChunk {
  if (usage === undefined) return { choices };
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage;
  return { choices, timings: { prompt_n: promptTokens, predicted_n: completionTokens } };
}
