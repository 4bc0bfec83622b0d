// A language model that says what a script tells it to, for demos and tests; portable.
import { delay } from '../core/abort.ts';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type {
  LlmEngine,
  LlmMessage,
  LlmPrefill,
  LlmPart,
  LlmRequest,
} from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { nextMacrotask } from '../core/macrotask.ts';

export interface ScriptedCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ScriptedReply {
  /** What the last message must hold; absent matches any. Text is compared without regard to case. */
  readonly when?: string | RegExp | ((request: LlmRequest) => boolean);
  /** Spoken word by word. A function gets the last message. */
  readonly say?: string | ((heard: string) => string);
  /** Tool calls after the words; those of tools that the request does not name are left out. */
  readonly call?: ScriptedCall | readonly ScriptedCall[];
  /** Thrown after the words, in place of an end. */
  readonly failWith?: Error;
}

export interface ScriptedLlmOptions {
  /** The first that matches answers; when none does, the model says that it has nothing to say. */
  readonly replies: readonly ScriptedReply[];
  readonly clock?: Clock;
  /** From the request to the first word. Default 0. */
  readonly firstTokenMs?: number;
  /** Between two words. Default 0. */
  readonly tokenMs?: number;
  /** For each word of the prompt that is not in the cache. Default 0. */
  readonly promptTokenMs?: number;
  /** How probably the last message is a whole sentence. Without it, that is not told. */
  readonly wordsEnd?: (text: string) => number;
}

export interface ScriptedLlm extends LlmEngine {
  prefill(options: LlmPrefill): Promise<void>;
  predictEnd?(options: LlmPrefill): Promise<number>;
  /** Everything read ahead so far, oldest first. */
  readonly prefills: readonly LlmPrefill[];
  /** Everything asked so far, oldest first. */
  readonly requests: readonly LlmRequest[];
}

/** A token is a word with the whitespace before it; the prompt's prefix is cached as by a real engine. */
export function createScriptedLlm(options: ScriptedLlmOptions): ScriptedLlm {
  return new Script(options);
}

class Script implements ScriptedLlm {
  readonly info = {
    name: 'scripted',
    stage: 'llm',
    modelIds: [],
    backend: 'js',
    threads: 1,
  } as const;
  readonly supportsTools = true;
  readonly requests: LlmRequest[] = [];
  readonly prefills: LlmPrefill[] = [];
  readonly predictEnd?: (options: LlmPrefill) => Promise<number>;
  readonly #options: ScriptedLlmOptions;
  readonly #clock: Clock;
  #cache: readonly string[] = [];
  #isDisposed = false;
  #calls = 0;

  constructor(options: ScriptedLlmOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { wordsEnd } = options;
    if (wordsEnd === undefined) return;
    this.predictEnd = async (prefill) => {
      await this.prefill(prefill);
      return wordsEnd(prefill.messages.at(-1)?.content ?? '');
    };
  }

  async *generate(request: LlmRequest): AsyncGenerator<LlmPart> {
    this.#assertUsable();
    request.signal.throwIfAborted();
    this.requests.push(request);
    const reply = this.#options.replies.find(({ when }) => matches(when, request));
    const promptTokens = await this.#evaluate(request.messages, request.signal);
    await this.#wait(this.#options.firstTokenMs ?? 0, request.signal);
    const words = toWords(textOf(reply, request));
    let completionTokens = 0;
    for (const text of words.slice(0, request.maxTokens)) {
      if (completionTokens > 0) await this.#wait(this.#options.tokenMs ?? 0, request.signal);
      completionTokens += 1;
      this.#cache = [...this.#cache, text.trim()];
      yield { type: 'text-delta', text };
      request.signal.throwIfAborted();
    }
    const counts = { promptTokens, completionTokens };
    if (words.length > request.maxTokens) {
      yield { type: 'finish', reason: 'length', ...counts };
      return;
    }
    if (reply?.failWith !== undefined) throw reply.failWith;
    const calls = [reply?.call ?? []].flat().filter((call) => isOffered(call, request));
    for (const call of calls) {
      this.#calls += 1;
      const argumentsJson = JSON.stringify(call.arguments);
      const id = `call_${this.#calls}`;
      yield { type: 'tool-call', call: { id, name: call.name, argumentsJson } };
    }
    yield { type: 'finish', reason: calls.length > 0 ? 'tool-calls' : 'stop', ...counts };
  }

  async prefill(options: LlmPrefill): Promise<void> {
    this.#assertUsable();
    this.prefills.push(options);
    options.signal.throwIfAborted();
    await this.#evaluate(options.messages, options.signal);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
  }

  /** Takes the prompt into the cache; returns how many of its words were not there yet. */
  async #evaluate(messages: readonly LlmMessage[], signal: AbortSignal): Promise<number> {
    const prompt = [...messages.flatMap(toTokens), '<assistant>'];
    const known = prompt.findIndex((word, index) => this.#cache[index] !== word);
    const fresh = known < 0 ? 1 : prompt.length - known;
    await this.#wait(fresh * (this.#options.promptTokenMs ?? 0), signal);
    this.#cache = prompt;
    return fresh;
  }

  /** Gives a waiting abort its turn even when there is nothing to wait for. */
  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    await (waitMs > 0 ? delay(this.#clock, waitMs, signal) : nextMacrotask());
    signal.throwIfAborted();
  }

  #assertUsable(): void {
    if (!this.#isDisposed) return;
    const message = 'The scripted language model was disposed of.';
    throw new VoiceAgentError('disposed', message, { details: { what: 'scripted-llm' } });
  }
}

function isOffered(call: ScriptedCall, request: LlmRequest): boolean {
  if (request.toolChoice === 'none') return false;
  return request.tools?.some(({ name }) => name === call.name) === true;
}

function matches(when: ScriptedReply['when'], request: LlmRequest): boolean {
  if (typeof when === 'function') return when(request);
  const heard = request.messages.at(-1)?.content ?? '';
  if (when instanceof RegExp) return when.test(heard);
  return when === undefined || heard.toLowerCase().includes(when.toLowerCase());
}

function textOf(reply: ScriptedReply | undefined, request: LlmRequest): string {
  if (reply === undefined) return 'I have nothing to say to that.';
  const say = reply.say ?? '';
  return typeof say === 'string' ? say : say(request.messages.at(-1)?.content ?? '');
}

const toWords = (text: string): readonly string[] => text.match(/\s*\S+/gu) ?? [];

const toTokens = ({ role, content }: LlmMessage): readonly string[] => [
  `<${role}>`,
  ...toWords(content).map((word) => word.trim()),
];
