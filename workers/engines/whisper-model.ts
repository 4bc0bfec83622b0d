// Whisper by transformers.js as a recogniser of whole pieces of audio. Runs in the listen worker.
import { RequestLane } from '../../src/core/request-lane.ts';
import { createInvalidModelError } from '../runtimes/invalid-model.ts';
import type { Gpu } from '../runtimes/gpu-device.ts';
import { openHub } from '../runtimes/transformers/open-hub.ts';
import type { Hub, HubRequest } from '../runtimes/transformers/open-hub.ts';
import type { HubModel, HubTensor, HubTokenizer } from '../runtimes/transformers/library.ts';
import { PacedRuns } from '../runtimes/transformers/paced-runs.ts';
import type { DecodeOptions, Decoding } from './decoding.ts';

/** Streams that may wait for the one that is decoded. */
const WAITING_DECODES = 16;
/** Speech has fewer: a model that repeats itself ends here. */
const TOKENS_PER_SECOND = 12;
const SPARE_TOKENS = 16;
const SAMPLE_RATE_HZ = 16_000;

/** What `generation_config.json` tells. */
interface WhisperConfig {
  readonly decoder_start_token_id: number;
  readonly eos_token_id: number | readonly number[];
  readonly is_multilingual?: boolean;
  readonly lang_to_id?: Readonly<Record<string, number>>;
}

type Features = (pcm: Float32Array) => Promise<{ readonly input_features: HubTensor }>;

interface WhisperParts {
  readonly hub: Hub;
  readonly model: HubModel;
  readonly tokenizer: HubTokenizer;
  readonly toFeatures: Features;
  readonly config: WhisperConfig;
}

/** The encoder's states, `width` values for each moment, and the decoder's scores of the first token. */
export interface WhisperInsight {
  readonly states: Float32Array;
  readonly width: number;
  readonly scores: Float32Array;
}

/** Whisper on one device, which it owns. */
export class WhisperModel {
  readonly #parts: WhisperParts;
  readonly #runs: PacedRuns;
  readonly #lane = new RequestLane({ name: 'whisper', capacity: WAITING_DECODES });
  #disposed: Promise<unknown> | undefined;

  constructor(parts: WhisperParts) {
    this.#parts = parts;
    this.#runs = new PacedRuns(parts.model, parts.hub.gpu);
  }

  get hub(): Hub {
    return this.#parts.hub;
  }

  /** What it knows; English alone of a model that was made for it. */
  get languages(): readonly string[] {
    const { is_multilingual: isMultilingual, lang_to_id: ids = {} } = this.#parts.config;
    return isMultilingual === true ? Object.keys(ids).map((mark) => mark.slice(2, -2)) : ['en'];
  }

  /** The likeliest language of at most 30 s of audio. */
  async detectLanguage(pcm: Float32Array, options: DecodeOptions): Promise<string> {
    const { lang_to_id: ids = {}, decoder_start_token_id: start } = this.#parts.config;
    return this.#exclusively(
      options,
      async (features) => {
        const logits = await this.#score(features, start);
        const scores = Object.entries(ids).map(([mark, id]) => ({ mark, score: logits[id] ?? 0 }));
        scores.sort((one, other) => other.score - one.score);
        return scores[0]?.mark.slice(2, -2) ?? 'en';
      },
      pcm,
    );
  }

  /** At most 30 s of audio; null is a language of a model that knows one only. A draft is of no use to it. */
  decode(
    pcm: Float32Array,
    options: DecodeOptions & { language: string | null },
  ): Promise<Decoding> {
    const { signal, language } = options;
    return this.#exclusively(
      options,
      async (features) => {
        const { model, tokenizer } = this.#parts;
        const probabilities: number[] = [];
        const maxTokens =
          SPARE_TOKENS + Math.ceil((pcm.length / SAMPLE_RATE_HZ) * TOKENS_PER_SECOND);
        const sequences = (await model.generate({
          inputs: features,
          max_new_tokens: maxTokens,
          logits_processor: this.#watch(probabilities, signal),
          ...(language === null ? {} : { language, task: 'transcribe' }),
        })) as HubTensor;
        const ids = [...sequences.data].map(Number).slice(-probabilities.length);
        const tokens = ids.filter((id) => !this.#isEnd(id));
        // The library decodes no empty list.
        const text =
          tokens.length === 0 ? '' : tokenizer.decode(tokens, { skip_special_tokens: true }).trim();
        return { text, tokens, probabilities: probabilities.slice(0, tokens.length) };
      },
      pcm,
    );
  }

  /** What both networks make of a sound: to hold against the same on another device. */
  inspect(pcm: Float32Array, options: Pick<DecodeOptions, 'signal'>): Promise<WhisperInsight> {
    return this.#exclusively(
      options,
      async (features) => {
        const { model, config } = this.#parts;
        const feeds = { input_features: features.ort_tensor };
        const { last_hidden_state: states } = (await model.sessions['model']?.run(feeds)) ?? {};
        const { data, dims } = states as HubTensor;
        return {
          states: data as Float32Array,
          width: dims.at(-1) ?? 1,
          scores: await this.#score(features, config.decoder_start_token_id),
        };
      },
      pcm,
    );
  }

  async dispose(): Promise<void> {
    this.#disposed ??= this.#lane
      .enter(new AbortController().signal)
      .then(() => this.#parts.model.dispose());
    await this.#disposed;
  }

  /** Of each token to come first. */
  async #score(features: HubTensor, start: number): Promise<Float32Array> {
    const { Tensor } = this.hub.library;
    const prompt = new Tensor('int64', BigInt64Array.of(BigInt(start)), [1, 1]);
    const inputs = { input_features: features, decoder_input_ids: prompt };
    const { logits } = await this.#parts.model.forward(inputs);
    return logits.data as Float32Array;
  }

  async #exclusively<T>(
    { signal }: Pick<DecodeOptions, 'signal'>,
    work: (features: HubTensor) => Promise<T>,
    pcm: Float32Array,
  ): Promise<T> {
    const leave = await this.#lane.enter(signal);
    try {
      this.#runs.begin();
      const { input_features: features } = await this.#parts.toFeatures(pcm);
      const result = await work(features);
      signal.throwIfAborted();
      return result;
    } catch (error) {
      signal.throwIfAborted();
      this.#runs.throwIfFailed();
      throw error;
    } finally {
      leave();
    }
  }

  /** Notes how sure the model is of each token, and ends the text when the signal has fired. */
  #watch(probabilities: number[], signal: AbortSignal): object {
    const { LogitsProcessor, LogitsProcessorList } = this.hub.library;
    const end = [this.#parts.config.eos_token_id].flat()[0] ?? 0;
    class Watch extends LogitsProcessor {
      // The library calls it so.
      _call(_ids: unknown, logits: HubTensor): HubTensor {
        const scores = logits.data as Float32Array;
        probabilities.push(likeliest(scores));
        if (signal.aborted) scores.fill(-Infinity)[end] = 0;
        return logits;
      }
    }
    const list = new LogitsProcessorList();
    list.push(new Watch());
    return list;
  }

  #isEnd(id: number): boolean {
    return [this.#parts.config.eos_token_id].flat().includes(id);
  }
}

/**
 * Loads it on a graphics processor, or on the processor for null. Rejects with
 * `model-download-failed`, `model-integrity`, `model-invalid`, or the signal's reason; nothing stays loaded then.
 */
export async function loadWhisper(request: HubRequest, gpu: Gpu | null): Promise<WhisperModel> {
  const { id } = request.model;
  const hub = await openHub(request, gpu);
  const { library, options } = hub;
  try {
    const toFeatures = await library.WhisperFeatureExtractor.from_pretrained(id, options);
    const tokenizer = await library.AutoTokenizer.from_pretrained(id, options);
    const model = await library.WhisperForConditionalGeneration.from_pretrained(id, options);
    const config = model.generation_config as WhisperConfig | null;
    if (
      model.config.model_type !== 'whisper' ||
      typeof config?.decoder_start_token_id !== 'number'
    ) {
      await model.dispose();
      throw createInvalidModelError(
        id,
        'its config.json and generation_config.json are not those of a Whisper',
      );
    }
    return new WhisperModel({ hub, model, tokenizer, toFeatures, config });
  } catch (error) {
    throw hub.toError(error);
  }
}

/** The probability of the largest of the scores. */
function likeliest(scores: Float32Array): number {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  return 1 / scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
}
