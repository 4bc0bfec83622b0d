// Moonshine: one piece of audio to tokens, greedily, from a draft where there is one. Runs in the listen worker.
import { abortable } from '../../src/core/abort.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { findLoopCut } from '../../src/text/repetition.ts';
import { Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';
import type { DecodeOptions, Decoding } from './decoding.ts';
import { CacheLayout } from './moonshine-cache.ts';
import type { DecoderCache } from './moonshine-cache.ts';
import { toText } from './moonshine-tokenizer.ts';
import { preferHint } from './phrase-hints.ts';
import type { HintTokens } from './phrase-hints.ts';

const START_TOKEN = 1;
const END_TOKEN = 2;
const SAMPLE_RATE_HZ = 16_000;
/** The encoder's three convolutions yield nothing from less; 0.1 s holds no word anyway. */
const MIN_SAMPLES = 1_600;
/** Fast speech has 7 tokens a second; the paper's limit of 6 cuts it off. Loops are found otherwise. */
const TOKENS_PER_SECOND = 8;
/** A second of audio, the quiet around it included: what is longer is no such phrase. */
const MAX_HINTED_SAMPLES = SAMPLE_RATE_HZ;
/** Logits this far under the best add less than one part in 10,000 to the sum, all together. */
const NEGLIGIBLE_LOGIT = 20;

interface Choice {
  readonly token: number;
  readonly probability: number;
}

/** A decode in progress: the transcript so far, and what the decoder would say next. */
interface Progress {
  readonly tokens: number[];
  readonly probabilities: number[];
  cache: DecoderCache;
  next: Choice;
  /** Logits of the first place. */
  readonly opening: Tensor;
}

export interface ModelDecodeOptions extends DecodeOptions {
  /** Default none. */
  readonly hints?: readonly HintTokens[];
}

/**
 * Greedy decoding, with a draft verified in one run: the decoder reads the whole draft at once and its
 * tokens are taken as long as they are what it would have chosen. The result is that of a decode
 * without a draft, at a fifth of the time per token. Decodes wait for each other, first come first served.
 */
export class MoonshineModel {
  readonly #encoder: InferenceSession;
  readonly #decoder: InferenceSession;
  readonly #layout: CacheLayout;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(sessions: { encoder: InferenceSession; decoder: InferenceSession }) {
    this.#encoder = sessions.encoder;
    this.#decoder = sessions.decoder;
    this.#layout = new CacheLayout(sessions.decoder);
  }

  /** See `Decode`. An abort is seen between two runs: after the encoder and after each token. */
  decode(pcm: Float32Array, options: ModelDecodeOptions): Promise<Decoding> {
    const result = this.#queue.then(() => this.#decode(pcm, options));
    this.#queue = result.catch(() => undefined);
    return abortable(result, options.signal);
  }

  /** Waits for the decode under way. */
  async dispose(): Promise<void> {
    await this.#queue;
    await Promise.all([this.#encoder.release(), this.#decoder.release()]);
  }

  async #decode(pcm: Float32Array, options: ModelDecodeOptions): Promise<Decoding> {
    const { draft, hints = [], ...turnstile } = options;
    turnstile.signal.throwIfAborted();
    const maxTokens = Math.ceil((pcm.length / SAMPLE_RATE_HZ) * TOKENS_PER_SECOND);
    const audio = await this.#encode(pcm);
    await checkpoint(turnstile);
    const progress = await this.#verify(audio, draft.slice(0, maxTokens));
    while (progress.next.token !== END_TOKEN && progress.tokens.length < maxTokens) {
      await checkpoint(turnstile);
      await this.#step(audio, progress);
      const cut = findLoopCut(progress.tokens);
      if (cut !== null) return toDecoding(progress, cut);
    }
    const decoding = toDecoding(progress, progress.tokens.length);
    if (hints.length === 0 || pcm.length > MAX_HINTED_SAMPLES) return decoding;
    const opening = toLogProbabilities(progress.opening, 0);
    const free = { decoding, logProbability: toLogProbability(progress), opening };
    return preferHint(free, hints, async (tokens) => {
      await checkpoint(turnstile);
      const { logits } = await this.#read(audio, tokens);
      return Array.from({ length: tokens.length + 1 }, (_, row) => toLogProbabilities(logits, row));
    });
  }

  async #encode(pcm: Float32Array): Promise<Tensor> {
    const samples = pcm.length < MIN_SAMPLES ? padded(pcm, MIN_SAMPLES) : pcm;
    const input = new Tensor('float32', samples, [1, samples.length]);
    const outputs = await this.#encoder.run({ input_values: input });
    return outputs['last_hidden_state'] as Tensor;
  }

  /** Reads start mark and draft in one run and takes the draft up to its first wrong token. */
  async #verify(audio: Tensor, draft: readonly number[]): Promise<Progress> {
    const { logits, outputs } = await this.#read(audio, draft);
    const choices = Array.from({ length: draft.length + 1 }, (_, row) => choose(logits, row));
    const wrong = draft.findIndex((token, index) => choices[index]?.token !== token);
    const accepted = wrong < 0 ? draft.length : wrong;
    const cache = this.#layout.next(this.#layout.empty, outputs);
    return {
      tokens: draft.slice(0, accepted),
      probabilities: choices.slice(0, accepted).map((choice) => choice.probability),
      cache: accepted < draft.length ? this.#layout.truncate(cache, accepted + 1) : cache,
      next: choices[accepted] ?? { token: END_TOKEN, probability: 0 },
      opening: logits,
    };
  }

  /** The start mark and `tokens` in one run: a row of logits behind each. */
  async #read(audio: Tensor, tokens: readonly number[]) {
    const outputs = await this.#decoder.run({
      ...toInputs(audio, [START_TOKEN, ...tokens]),
      ...this.#layout.empty,
      use_cache_branch: new Tensor('bool', [false]),
    });
    return { logits: outputs['logits'] as Tensor, outputs };
  }

  async #step(audio: Tensor, progress: Progress): Promise<void> {
    progress.tokens.push(progress.next.token);
    progress.probabilities.push(progress.next.probability);
    const outputs = await this.#decoder.run(
      {
        ...toInputs(audio, [progress.next.token]),
        ...progress.cache,
        use_cache_branch: new Tensor('bool', [true]),
      },
      this.#layout.stepOutputs,
    );
    progress.cache = this.#layout.next(progress.cache, outputs);
    progress.next = choose(outputs['logits'] as Tensor, 0);
  }
}

/**
 * Lets a waiting abort or chunk of audio in, gives way where the cores are needed, then throws the
 * signal's reason if it has fired.
 */
async function checkpoint({ signal, mayGoOn }: Omit<DecodeOptions, 'draft'>): Promise<void> {
  await nextMacrotask();
  await mayGoOn?.();
  signal.throwIfAborted();
}

function toInputs(audio: Tensor, tokens: readonly number[]): Record<string, Tensor> {
  const ids = new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
  return { input_ids: ids, encoder_hidden_states: audio };
}

/** One of the rows of logits [1, rows, vocabulary]. */
function rowOf(logits: Tensor, row: number): Float32Array {
  const width = logits.dims[2] ?? 0;
  return (logits.data as Float32Array).subarray(row * width, (row + 1) * width);
}

/** The most probable token of one row. */
function choose(logits: Tensor, row: number): Choice {
  const values = rowOf(logits, row);
  let token = 0;
  let best = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? -Infinity;
    if (value > best) [token, best] = [index, value];
  }
  let sum = 0;
  for (const value of values) if (best - value < NEGLIGIBLE_LOGIT) sum += Math.exp(value - best);
  return { token, probability: 1 / sum };
}

/** Of every token in one row, in nats. */
function toLogProbabilities(logits: Tensor, row: number): Float32Array {
  const values = rowOf(logits, row);
  const { token, probability } = choose(logits, row);
  const logSum = (values[token] ?? 0) - Math.log(probability);
  return values.map((value) => value - logSum);
}

/** Of a whole transcript, its end included, in nats. */
function toLogProbability({ probabilities, next }: Progress): number {
  const end = next.token === END_TOKEN ? next.probability : 1;
  return [...probabilities, end].reduce((sum, one) => sum + Math.log(one), 0);
}

function toDecoding({ tokens, probabilities }: Progress, length: number): Decoding {
  const kept = tokens.slice(0, length);
  return { text: toText(kept), tokens: kept, probabilities: probabilities.slice(0, length) };
}

function padded(pcm: Float32Array, length: number): Float32Array {
  const samples = new Float32Array(length);
  samples.set(pcm);
  return samples;
}
