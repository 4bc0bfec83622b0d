// Text generation by transformers.js: chat templates, streamed text, a cache of what was read before. Worker or page.
import { createTooLongError } from '../llama-runtime.ts';
import type { LlamaCall, LlamaRequest, LlamaRuntime } from '../llama-runtime.ts';
import type { HubModel, HubTensor, HubTokenizer } from './library.ts';
import type { Gpu } from '../gpu-device.ts';
import { createInvalidModelError } from '../invalid-model.ts';
import { openHub } from './open-hub.ts';
import type { Hub, HubRequest } from './open-hub.ts';
import { PacedRuns } from './paced-runs.ts';
import { PromptCache } from './prompt-cache.ts';
import { AnswerTokens } from '../tool-calls/answer-tokens.ts';
import { TokenVocabulary } from '../tool-calls/token-vocabulary.ts';
import { withToolCalls } from '../tool-calls/with-tool-calls.ts';
import { toTokens } from './hub-tokens.ts';

export interface TextRuntimeRequest extends HubRequest {
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
}

interface TextParts {
  readonly modelId: string;
  readonly hub: Hub;
  readonly model: HubModel;
  readonly tokenizer: HubTokenizer;
  readonly contextTokens: number;
}

/**
 * Loads a text model of the hub's layout on a graphics processor, or on the processor for null. Rejects with `model-download-failed`, `model-integrity`, `model-invalid` or
 * the signal's reason; nothing stays loaded then.
 */
export async function createTextRuntime(
  request: TextRuntimeRequest,
  gpu: Gpu | null,
): Promise<LlamaRuntime> {
  const { id } = request.model;
  const hub = await openHub(request, gpu);
  const { library, options } = hub;
  try {
    const tokenizer = await library.AutoTokenizer.from_pretrained(id, options);
    if ((tokenizer.chat_template ?? '') === '') {
      throw createInvalidModelError(id, 'it has no chat template');
    }
    const model = await library.AutoModelForCausalLM.from_pretrained(id, options);
    const { contextTokens } = request;
    return withToolCalls(new TextRuntime({ modelId: id, hub, model, tokenizer, contextTokens }));
  } catch (error) {
    throw hub.toError(error);
  }
}

class TextRuntime implements LlamaRuntime {
  readonly name = 'transformers';
  readonly modelId: string;
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
  readonly #parts: TextParts;
  readonly #runs: PacedRuns;
  readonly #cache: PromptCache;
  #vocabulary: TokenVocabulary | null = null;

  constructor(parts: TextParts) {
    this.#parts = parts;
    this.modelId = parts.modelId;
    this.#runs = new PacedRuns(parts.model, parts.hub.gpu);
    this.#cache = new PromptCache(parts.hub.library);
    this.backend = parts.hub.options.device;
    this.threads = parts.hub.threads;
  }

  async complete(request: LlamaRequest, call: LlamaCall): Promise<void> {
    const { signal } = call;
    const prompt = this.#toPrompt(request);
    const answer = new StreamedAnswer(this.#parts.tokenizer, call);
    this.#runs.begin(() => (call.mayGoOn?.() ?? Promise.resolve()).catch(() => undefined));
    const reused = await this.#cache.open(prompt);
    try {
      const sequences = await this.#generate(request, { prompt, answer, signal });
      signal.throwIfAborted();
      answer.finish(this.#endsOf(sequences), prompt.length - reused);
    } catch (error) {
      signal.throwIfAborted();
      await this.#cache.clear();
      this.#runs.throwIfFailed();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    await this.#cache.clear();
    await this.#parts.model.dispose();
  }

  async #generate(
    request: LlamaRequest,
    { prompt, answer, signal }: { prompt: number[]; answer: StreamedAnswer; signal: AbortSignal },
  ): Promise<number[]> {
    const { model, contextTokens, hub } = this.#parts;
    const { Tensor } = hub.library;
    const toTensor = (values: readonly number[]): HubTensor =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const room = contextTokens - prompt.length;
    const tokens = new AnswerTokens(request, {
      ...{ modelId: this.modelId, room },
      getVocabulary: () => (this.#vocabulary ??= this.#createVocabulary()),
    });
    const sequences = (await model.generate({
      input_ids: toTensor(prompt),
      attention_mask: toTensor(prompt.map(() => 1)),
      past_key_values: this.#cache.values,
      max_new_tokens: room,
      do_sample: false,
      logits_processor: this.#createSampler(tokens),
      stopping_criteria: [this.#createStop(() => signal.aborted || tokens.isOver)],
      streamer: answer,
    })) as HubTensor;
    const ids = [...sequences.data].map(Number);
    this.#cache.keep(ids);
    return ids;
  }

  #toPrompt(request: LlamaRequest): number[] {
    const { tokenizer, contextTokens } = this.#parts;
    const text = tokenizer.apply_chat_template(request.messages, {
      tokenize: false,
      add_generation_prompt: request.add_generation_prompt ?? true,
    });
    const prompt = tokenizer.encode(text + (request.begun ?? ''), { add_special_tokens: false });
    if (prompt.length < contextTokens) return prompt;
    throw createTooLongError(`${prompt.length} tokens, of at most ${contextTokens - 1}`);
  }

  /** The library samples without a seed: ours chooses, and leaves it one token. */
  #createSampler(tokens: AnswerTokens): object {
    const { LogitsProcessor, LogitsProcessorList } = this.#parts.hub.library;
    class Choose extends LogitsProcessor {
      // The library calls it so.
      _call(_ids: unknown, logits: HubTensor): HubTensor {
        const scores = logits.data as Float32Array;
        const token = tokens.next(scores);
        scores.fill(-Infinity)[token] = 0;
        return logits;
      }
    }
    const list = new LogitsProcessorList();
    list.push(new Choose());
    return list;
  }

  #createStop(isOver: () => boolean): object {
    const { StoppingCriteria } = this.#parts.hub.library;
    class Stop extends StoppingCriteria {
      _call(ids: readonly unknown[]): boolean[] {
        return ids.map(isOver);
      }
    }
    return new Stop();
  }

  #endsOf(ids: readonly number[]): boolean {
    return this.#ends.includes(ids.at(-1));
  }

  /** Tokens that end an answer. */
  get #ends(): readonly unknown[] {
    const { generation_config: settings, config } = this.#parts.model;
    return [settings?.['eos_token_id'] ?? config.eos_token_id].flat();
  }

  #createVocabulary(): TokenVocabulary {
    const ends = new Set(this.#ends);
    return new TokenVocabulary(toTokens(this.#parts.tokenizer, (token) => ends.has(token)));
  }
}

/** Tokens as they come, told as text: a character of several tokens waits for its last. */
class StreamedAnswer {
  readonly #tokenizer: HubTokenizer;
  readonly #call: LlamaCall;
  readonly #tokens: number[] = [];
  #hasPrompt = false;
  #text = '';

  constructor(tokenizer: HubTokenizer, call: LlamaCall) {
    this.#tokenizer = tokenizer;
    this.#call = call;
  }

  /** First the prompt, then one token at a time. */
  put(ids: readonly (readonly bigint[])[]): void {
    if (!this.#hasPrompt) {
      this.#hasPrompt = true;
      return;
    }
    if (this.#call.signal.aborted) return;
    this.#tokens.push(...(ids[0] ?? []).map(Number));
    const text = this.#tokenizer.decode(this.#tokens, {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    });
    if (text.endsWith('\uFFFD')) return;
    const content = text.slice(this.#text.length);
    this.#text = text;
    if (content !== '') this.#call.onChunk({ choices: [{ index: 0, delta: { content } }] });
  }

  end(): void {
    // The library calls it; what is left to say is said by `finish`.
  }

  finish(hasEnded: boolean, evaluated: number): void {
    this.#call.onChunk({
      choices: [{ index: 0, delta: {}, finish_reason: hasEnded ? 'stop' : 'length' }],
      timings: { prompt_n: evaluated, predicted_n: this.#tokens.length },
    });
  }
}
