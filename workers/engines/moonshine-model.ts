// Moonshine: one piece of audio to tokens, greedily, from a draft where there is one. Runs in the listen worker.
import { abortable } from '../../src/core/abort.ts';
import { nextMacrotask } from '../../src/core/macrotask.ts';
import { findLoopCut } from '../../src/text/repetition.ts';
import type { Choice, Moonshine } from '../runtimes/moonshine/moonshine.ts';
import { EMPTY_DECODING, logProbabilityOf } from './decoding.ts';
import type { DecodeOptions, Decoding } from './decoding.ts';
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
export const MAX_HINTED_SAMPLES: number = SAMPLE_RATE_HZ;
/** The vocabulary is dear: places behind the first wrong token of a draft are not looked at, but for the rest of these. */
const CHOICES_AT_ONCE = 16;
/** Of what was read of this audio before, so many tokens at the end are looked at again: some 3 s of speech. */
const RECENT_TOKENS = 12;

/** A decode in progress: the transcript so far, and what the decoder would say next. */
interface Progress {
  readonly tokens: number[];
  readonly probabilities: number[];
  next: Choice;
}

export interface ModelDecodeOptions extends DecodeOptions {
  /** Default none. */
  readonly hints?: readonly HintTokens[];
}

/**
 * Greedy decoding, with a draft verified in one run: the decoder reads the whole draft at once and its
 * tokens are taken as long as they are what it would have chosen. The result is that of a decode
 * without a draft, at a fraction of the time per token. A decode that may be rough looks at the last seconds and
 * words again, of audio that goes on where the one before ended. Decodes wait for each other, first come first served.
 */
export class MoonshineModel {
  readonly #network: Moonshine;
  readonly #stopThreads: () => void;
  #queue: Promise<unknown> = Promise.resolve();
  /** Of the last decode. */
  #last = EMPTY_DECODING;

  constructor(network: Moonshine, stopThreads: () => void = () => undefined) {
    this.#network = network;
    this.#stopThreads = stopThreads;
  }

  /** See `Decode`. An abort is seen between two steps: layers of the encoder, and tokens. */
  decode(pcm: Float32Array, options: ModelDecodeOptions): Promise<Decoding> {
    const result = this.#queue.then(async () => {
      const decoding = await this.#decode(pcm, options);
      this.#last = { ...decoding, isRough: this.#network.isRough };
      return this.#last;
    });
    this.#queue = result.catch(() => undefined);
    return abortable(result, options.signal);
  }

  /** Waits for the decode under way. */
  async dispose(): Promise<void> {
    await this.#queue;
    this.#stopThreads();
  }

  async #decode(pcm: Float32Array, options: ModelDecodeOptions): Promise<Decoding> {
    const { draft, hints: given = [], mayBeRough = false, signal } = options;
    signal.throwIfAborted();
    const maxTokens = Math.ceil((pcm.length / SAMPLE_RATE_HZ) * TOKENS_PER_SECOND);
    const hints = pcm.length > MAX_HINTED_SAMPLES ? [] : given;
    // The start mark in front, and a full stop behind a hint.
    const longest = Math.max(maxTokens, ...hints.map(({ tokens }) => tokens.length + 1));
    const samples = pcm.length < MIN_SAMPLES ? padded(pcm, MIN_SAMPLES) : pcm;
    const call = { maxTokens: longest + 1, mayBeRough };
    await inSteps(this.#network.hear(samples, call), signal);
    const progress = await this.#verify(draft.slice(0, maxTokens), signal);
    while (progress.next.token !== END_TOKEN && progress.tokens.length < maxTokens) {
      await checkpoint(signal);
      await this.#step(progress, signal);
      const cut = findLoopCut(progress.tokens);
      if (cut !== null) return toDecoding(progress, cut);
    }
    const decoding = toDecoding(progress, progress.tokens.length);
    if (hints.length === 0) return decoding;
    const [opening = new Float32Array(0)] = this.#network.logProbabilities(0, 1);
    const free = { decoding, logProbability: toLogProbability(progress), opening };
    return preferHint(free, hints, async (tokens) => {
      await checkpoint(signal);
      await inSteps(this.#network.read([START_TOKEN, ...tokens], 0), signal);
      return this.#network.logProbabilities(0, tokens.length + 1);
    });
  }

  /**
   * Reads start mark and draft in one run, but for what was read of this audio before, and takes the draft up to its first
   * wrong token.
   */
  async #verify(draft: readonly number[], signal: AbortSignal): Promise<Progress> {
    const tokens = [START_TOKEN, ...draft];
    const settled = Math.max(0, this.#network.countRead(tokens) - RECENT_TOKENS);
    const probabilities = this.#last.probabilities.slice(0, settled);
    const known = probabilities.length;
    await inSteps(this.#network.read(tokens.slice(known), known), signal);
    for (;;) {
      const first = probabilities.length;
      const count = Math.min(CHOICES_AT_ONCE, draft.length + 1 - first);
      for (const choice of this.#network.choose(first, count)) {
        const accepted = probabilities.length;
        if (choice.token !== draft[accepted]) {
          return { tokens: draft.slice(0, accepted), probabilities, next: choice };
        }
        probabilities.push(choice.probability);
      }
      await checkpoint(signal);
    }
  }

  async #step(progress: Progress, signal: AbortSignal): Promise<void> {
    progress.tokens.push(progress.next.token);
    progress.probabilities.push(progress.next.probability);
    const position = progress.tokens.length;
    await inSteps(this.#network.read([progress.next.token], position), signal);
    [progress.next = progress.next] = this.#network.choose(position, 1);
  }
}

async function inSteps(steps: Generator<void, void>, signal: AbortSignal): Promise<void> {
  while (steps.next().done !== true) await checkpoint(signal);
}

/** Lets a waiting abort or chunk of audio in, then throws the signal's reason if it has fired. */
async function checkpoint(signal: AbortSignal): Promise<void> {
  await nextMacrotask();
  signal.throwIfAborted();
}

/** Of a whole transcript, its end included, in nats. */
function toLogProbability({ probabilities, next }: Progress): number {
  const end = next.token === END_TOKEN ? next.probability : 1;
  return logProbabilityOf({ probabilities }) + Math.log(end);
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
