// The page's end of the browser's own language model: the Prompt API exists in windows alone. Main thread.
import { createAbortReason } from '../core/abort.ts';
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import { UNDETERMINED } from '../core/language.ts';
import type { BrowserPrompt, BrowserPrompts } from '../engines/browser-llm.ts';

/** What is used of the Prompt API (https://webmachinelearning.github.io/prompt-api/). */
export interface PromptApi {
  availability(options: PromptApiLanguages): Promise<string>;
  create(
    options: PromptApiLanguages & {
      readonly initialPrompts?: readonly BrowserPrompt[];
      readonly signal?: AbortSignal;
      readonly monitor?: (monitor: EventTarget) => void;
    },
  ): Promise<PromptApiSession>;
}

export interface PromptApiSession {
  promptStreaming(input: string, options: { signal: AbortSignal }): ReadableStream<string>;
  destroy(): void;
}

interface ExpectedText {
  readonly type: 'text';
  readonly languages?: readonly string[];
}

interface PromptApiLanguages {
  readonly expectedInputs: readonly ExpectedText[];
  readonly expectedOutputs: readonly ExpectedText[];
}

export class BrowserModel implements BrowserPrompts {
  readonly #api: PromptApi | null;
  readonly #getLanguage: () => string;
  readonly #requests = new Map<number, AbortController>();
  /** Has read what is in `history`, and waits for what comes next. */
  #known: { readonly session: PromptApiSession; readonly history: string } | null = null;

  constructor(api: PromptApi | null, getLanguage: () => string) {
    this.#api = api;
    this.#getLanguage = getLanguage;
  }

  /** Whether the browser would have to fetch the model first. */
  async isMissing(): Promise<boolean> {
    const availability = await this.#api?.availability(this.#languages);
    return availability === 'downloadable' || availability === 'downloading';
  }

  /**
   * Fetches the model where the browser has to, for which it wants a click, and keeps it loaded. `onProgress` is told shares from
   * 0 to 1. Rejects with `unsupported` where there is none for the language, or with the signal's reason.
   */
  async load(signal: AbortSignal | undefined, onProgress: (share: number) => void): Promise<void> {
    const api = this.#api;
    const availability = (await api?.availability(this.#languages)) ?? 'unavailable';
    if (api === null || availability === 'unavailable') throw unavailable(this.#getLanguage());
    if (this.#known !== null) return;
    const monitor = (target: EventTarget): void =>
      target.addEventListener('downloadprogress', (event) =>
        onProgress((event as ProgressEvent).loaded),
      );
    const options = { ...this.#languages, monitor, ...(signal === undefined ? {} : { signal }) };
    const session = await api.create(options).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw failed(error);
    });
    this.#known = { session, history: JSON.stringify([]) };
  }

  async prompt(
    requestId: number,
    prompts: readonly BrowserPrompt[],
    onText: (text: string) => unknown,
  ): Promise<void> {
    const controller = new AbortController();
    this.#requests.set(requestId, controller);
    const { signal } = controller;
    let session: PromptApiSession | null = null;
    try {
      const history = prompts.slice(0, -1);
      session = await this.#open(history, signal);
      let content = '';
      const stream = session.promptStreaming(prompts.at(-1)?.content ?? '', { signal });
      for await (const text of stream) {
        content += text;
        await onText(text);
      }
      this.#keep(session, [...prompts, { role: 'assistant', content }]);
    } catch (error) {
      session?.destroy();
      if (!signal.aborted) throw failed(error);
    } finally {
      this.#requests.delete(requestId);
    }
  }

  cancelPrompt(requestId: number): void {
    this.#requests.get(requestId)?.abort(createAbortReason('The answer is no longer wanted.'));
  }

  dispose(): void {
    for (const requestId of this.#requests.keys()) this.cancelPrompt(requestId);
    this.#known?.session.destroy();
    this.#known = null;
  }

  /** The session that has read this history, or a new one that reads it. */
  async #open(history: readonly BrowserPrompt[], signal: AbortSignal): Promise<PromptApiSession> {
    const known = this.#known;
    if (known?.history === JSON.stringify(history)) {
      this.#known = null;
      return known.session;
    }
    if (this.#api === null) throw unavailable(this.#getLanguage());
    return this.#api.create({ ...this.#languages, initialPrompts: history, signal });
  }

  #keep(session: PromptApiSession, history: readonly BrowserPrompt[]): void {
    this.#known?.session.destroy();
    this.#known = { session, history: JSON.stringify(history) };
  }

  get #languages(): PromptApiLanguages {
    const language = this.#getLanguage();
    const languages = language === UNDETERMINED ? {} : { languages: [language] };
    const expected = [{ type: 'text', ...languages }] as const;
    return { expectedInputs: expected, expectedOutputs: expected };
  }
}

/** The interface of this browser; null where it has none. */
export function findPromptApi(): PromptApi | null {
  return (globalThis as { LanguageModel?: PromptApi }).LanguageModel ?? null;
}

function unavailable(language: string): VoiceAgentError<'unsupported'> {
  return new VoiceAgentError(
    'unsupported',
    `This browser has no language model of its own for "${language}". Take another with options.engines.llm.`,
    { details: { feature: 'the language model of the browser' } },
  );
}

function failed(error: unknown): VoiceAgentError {
  if (VoiceAgentError.is(error)) return error;
  const reason = messageOf(error);
  return new VoiceAgentError(
    'llm-incomplete',
    `The language model of the browser failed: ${reason}. Ask again, or take another with options.engines.llm.`,
    { details: { url: 'the browser', reason }, retryable: true, cause: error },
  );
}
