// Runs Llama models with 4-bit weights on kernels of our own: two threads where there are four, 32-bit memory, relaxed SIMD
// where there is any. On one thread a token of SmolLM2-135M takes a fifth of the time that llama.cpp's 64-bit build takes on two threads,
// one of a prompt a ninth. Worker or Node.
import { Template } from '@huggingface/jinja';
import { silentLogger } from '../../../src/core/logger.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { withoutLastMarks } from '../../../src/text/last-marks.ts';
import { startThreads } from '../kernel-team/start-threads.ts';
import { createInvalidModelError } from '../invalid-model.ts';
import { createTooLongError } from '../llama-runtime.ts';
import type {
  LlamaCall,
  LlamaRequest,
  LlamaRuntime,
  LlamaRuntimeOptions,
} from '../llama-runtime.ts';
import { AnswerTokens } from '../tool-calls/answer-tokens.ts';
import { TokenVocabulary } from '../tool-calls/token-vocabulary.ts';
import { withToolCalls } from '../tool-calls/with-tool-calls.ts';
import { usableThreads } from '../usable-threads.ts';
import { BytePairTokenizer } from './byte-pair-tokenizer.ts';
import { readGguf } from './gguf.ts';
import type { Gguf } from './gguf.ts';
import { createLlamaTeam } from './kernels.ts';
import { BATCH_TOKENS, LlamaModel, shapeOf } from './llama-model.ts';
import { SentenceEnd } from './sentence-end.ts';

/**
 * From so many on, a second thread pays: the parts of a token are short, and on two cores the thread that helps is held
 * up by the rest of the conversation as often as it helps.
 */
const THREADS_FOR_TWO = 4;
/** What a packed model takes of memory for each byte of its file, and room for the tokens of a conversation. */
const MEMORY_PER_BYTE = 1.5;
const EXTRA_BYTES = 1 << 28;

/**
 * Loads a model of a kind it knows; null for any other, which is no failure. Rejects with `model-invalid` for
 * bytes that are no whole GGUF file, or with the signal's reason.
 */
export async function createSimdRuntime(
  bytes: ArrayBuffer,
  { modelId, threads: wanted, contextTokens, signal }: LlamaRuntimeOptions,
): Promise<LlamaRuntime | null> {
  try {
    const gguf = readGguf(bytes);
    const shape = shapeOf(gguf);
    const template = gguf.metadata.get('tokenizer.chat_template');
    const isKnown = BytePairTokenizer.supports(gguf) && typeof template === 'string';
    if (shape === null || !isKnown) return null;
    const checkpoint = (): Promise<void> => pass(signal);
    const maximumBytes = Math.ceil(bytes.byteLength * MEMORY_PER_BYTE) + EXTRA_BYTES;
    const team = createLlamaTeam({ contextTokens, maximumBytes });
    const threads = usableThreads(wanted) >= THREADS_FOR_TWO ? 2 : 1;
    const stopThreads = await startThreads(team, { threads, logger: silentLogger, signal });
    try {
      const model = await LlamaModel.load(gguf, shape, { team, contextTokens, checkpoint });
      const parts = { modelId, gguf, model, template, threads, stopThreads };
      return withToolCalls(new SimdRuntime(parts));
    } catch (error) {
      stopThreads();
      throw error;
    }
  } catch (error) {
    throw error instanceof RangeError ? createInvalidModelError(modelId, error) : error;
  }
}

interface SimdParts {
  readonly modelId: string;
  readonly gguf: Gguf;
  readonly model: LlamaModel;
  readonly template: string;
  readonly threads: number;
  readonly stopThreads: () => void;
}

class SimdRuntime implements LlamaRuntime {
  readonly modelId: string;
  readonly threads: number;
  readonly #stopThreads: () => void;
  readonly #model: LlamaModel;
  readonly #tokenizer: BytePairTokenizer;
  readonly #template: Template;
  readonly #sentenceEnd: SentenceEnd;
  #vocabulary: TokenVocabulary | null = null;
  /** What the model has evaluated, in order. */
  #evaluated: number[] = [];
  #isOver = false;

  constructor({ modelId, gguf, model, template, threads, stopThreads }: SimdParts) {
    this.modelId = modelId;
    this.threads = threads;
    this.#stopThreads = stopThreads;
    this.#model = model;
    this.#tokenizer = new BytePairTokenizer(gguf);
    this.#template = new Template(template);
    this.#sentenceEnd = new SentenceEnd(this.#tokenizer);
  }

  async complete(request: LlamaRequest, call: LlamaCall): Promise<void> {
    const isAnswer = request.add_generation_prompt ?? true;
    const text = this.#template.render({
      messages: request.messages,
      add_generation_prompt: isAnswer,
    });
    const prompt = this.#tokenizer.encode(text + (request.begun ?? ''));
    this.#assertFits(prompt.length);
    // The last token is evaluated again at any rate where what comes after it is asked for.
    const evaluated = await this.#evaluate(prompt, {
      mayKeep: prompt.length - (isAnswer ? 1 : 0),
      signal: call.signal,
    });
    const answer = isAnswer ? await this.#generate(request, call) : { count: 0, reason: 'stop' };
    call.onChunk({
      choices: [{ index: 0, delta: {}, finish_reason: answer.reason }],
      timings: { prompt_n: evaluated, predicted_n: answer.count },
    });
  }

  async predictEnd(
    { messages }: Pick<LlamaRequest, 'messages'>,
    signal: AbortSignal,
  ): Promise<number | null> {
    const last = messages.at(-1);
    const words = typeof last?.content === 'string' ? withoutLastMarks(last.content) : '';
    if (last === undefined || words === '') return null;
    const text = this.#template.render({
      messages: [...messages.slice(0, -1), { ...last, content: words }],
      add_generation_prompt: false,
    });
    const prompt = this.#tokenizer.encode(text.slice(0, text.lastIndexOf(words) + words.length));
    this.#assertFits(prompt.length);
    await this.#evaluate(prompt, { mayKeep: prompt.length - 1, signal });
    return this.#sentenceEnd.probability(this.#model.logits());
  }

  dispose(): Promise<void> {
    this.#isOver = true;
    this.#stopThreads();
    return Promise.resolve();
  }

  /** What the tokens share with those evaluated before is kept. Resolves with how many were not. */
  async #evaluate(
    prompt: readonly number[],
    { mayKeep, signal }: { mayKeep: number; signal: AbortSignal },
  ): Promise<number> {
    const differing = prompt.findIndex((token, at) => this.#evaluated[at] !== token);
    const kept = Math.min(differing < 0 ? prompt.length : differing, mayKeep);
    this.#evaluated = this.#evaluated.slice(0, kept);
    for (let at = kept; at < prompt.length; at += BATCH_TOKENS) {
      await this.#checkpoint(signal);
      this.#take(prompt.slice(at, at + BATCH_TOKENS));
    }
    return prompt.length - kept;
  }

  async #generate(
    request: LlamaRequest,
    { signal, onChunk, mayGoOn }: LlamaCall,
  ): Promise<{ count: number; reason: 'stop' | 'length' }> {
    const tokens = new AnswerTokens(request, {
      modelId: this.modelId,
      room: this.#model.contextTokens - this.#evaluated.length,
      getVocabulary: () => (this.#vocabulary ??= new TokenVocabulary(this.#tokenizer)),
    });
    // A character may be spread over several tokens: it is told when it is whole.
    const decoder = new TextDecoder();
    for (;;) {
      const token = tokens.next(this.#model.logits());
      const { count } = tokens;
      if (this.#tokenizer.isEnd(token)) return { count, reason: 'stop' };
      const content = decoder.decode(this.#tokenizer.bytesOf(token), { stream: true });
      if (content !== '') onChunk({ choices: [{ index: 0, delta: { content } }] });
      if (tokens.isOver) return { count, reason: 'length' };
      // Before the next token is worked on, this one is on its way.
      await this.#checkpoint(signal);
      await mayGoOn?.();
      this.#take([token]);
    }
  }

  #take(tokens: readonly number[]): void {
    this.#model.evaluate(tokens, this.#evaluated.length);
    this.#evaluated.push(...tokens);
  }

  async #checkpoint(signal: AbortSignal): Promise<void> {
    await pass(signal);
    if (this.#isOver) throw new DOMException('The model was let go.', 'AbortError');
  }

  #assertFits(tokens: number): void {
    const { contextTokens } = this.#model;
    if (tokens < contextTokens) return;
    throw createTooLongError(`its ${tokens} tokens exceed the ${contextTokens} of the context`);
  }
}

/** Lets messages in, an abort among them; rejects with its reason then. */
async function pass(signal: AbortSignal): Promise<void> {
  await nextMacrotask();
  signal.throwIfAborted();
}
