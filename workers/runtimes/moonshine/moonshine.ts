// Moonshine on kernels of our own, its weights as the two ONNX files have them. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { rowAt } from '../network/signal.ts';
import { MoonshineDecoder } from './moonshine-decoder.ts';
import type { Reading } from './moonshine-decoder.ts';
import { MoonshineEncoder } from './moonshine-encoder.ts';
import { MoonshineWeights } from './moonshine-weights.ts';

export interface MoonshineFiles {
  readonly encoder: Uint8Array;
  readonly decoder: Uint8Array;
}

/** The most probable token behind those read. */
export interface Choice {
  readonly token: number;
  readonly probability: number;
}

/** Names in the encoder's file. */
export const ENCODER_NAMES = { prefix: '', suffix: '', branch: null };
const DECODER_NAMES = { prefix: 'model.decoder.', suffix: '_merged_0', branch: 'else_branch' };
const FLOAT_BYTES = 4;

/** Hears one piece of audio at a time: what was made of the one before is gone with the next. */
export class Moonshine {
  readonly #team: NetworkTeam;
  readonly #encoder: MoonshineEncoder;
  readonly #decoder: MoonshineDecoder;
  /** Where the memory of weights ends. */
  readonly #top: number;
  #reading: Reading | null = null;

  /** The files may be let go. Throws `RangeError` for files that do not fit, or without memory for their weights. */
  constructor(team: NetworkTeam, { encoder, decoder }: MoonshineFiles) {
    this.#team = team;
    // The largest first: what packing it takes is given to others.
    this.#decoder = new MoonshineDecoder(team, new MoonshineWeights(decoder, DECODER_NAMES));
    this.#encoder = new MoonshineEncoder(team, new MoonshineWeights(encoder, ENCODER_NAMES));
    this.#top = team.memory.top;
  }

  /** Mono samples at 16 kHz, 0.1 s or more, which are kept; at most `maxTokens` can be read. Pauses between steps. */
  *hear(pcm: Float32Array, maxTokens: number): Generator<void, void> {
    this.#team.memory.release(this.#top);
    this.#reading = null;
    const heard = yield* this.#encoder.run(pcm);
    yield;
    this.#reading = this.#decoder.begin(heard, maxTokens);
  }

  /**
   * Reads tokens that follow the first `position` ones; those read before behind them are forgotten. Pauses between
   * steps. Throws `RangeError` beyond the limit.
   */
  *read(tokens: readonly number[], position: number): Generator<void, void> {
    yield* this.#decoder.read(this.#heard, tokens, position);
  }

  /** What follows each of the first tokens up to the one at `first`, and so many on. */
  choose(first: number, count: number): Choice[] {
    return this.#predict(first, count, (_, { token, sum }) => ({ token, probability: 1 / sum }));
  }

  /** The same of every token of the vocabulary, in nats. */
  logProbabilities(first: number, count: number): Float32Array[] {
    return this.#predict(first, count, (values, { token, sum }) => {
      const shift = (values[token] ?? 0) + Math.log(sum);
      return values.map((value) => value - shift);
    });
  }

  /** `sum` is that of the exponentials of the differences to the value of `token`, the most probable. */
  #predict<Result>(
    first: number,
    count: number,
    toResult: (values: Float32Array, best: { token: number; sum: number }) => Result,
  ): Result[] {
    const { memory } = this.#team;
    const { top } = memory;
    const predicted = this.#decoder.predict(this.#heard, first, count);
    const { at, channels } = predicted;
    const chosen = memory.take(2 * count * FLOAT_BYTES);
    this.#team.run('choose', [at, channels, chosen], count);
    const tokens = new Int32Array(memory.memory.buffer, chosen, 2 * count);
    const sums = memory.floats(chosen, 2 * count);
    const results = Array.from({ length: count }, (_, row) =>
      toResult(memory.floats(rowAt(predicted, row), channels), {
        token: tokens[2 * row] ?? 0,
        sum: sums[2 * row + 1] ?? 1,
      }),
    );
    memory.release(top);
    return results;
  }

  get #heard(): Reading {
    if (this.#reading === null) throw new RangeError('moonshine: nothing was heard');
    return this.#reading;
  }
}
