// Moonshine on kernels of our own, its weights as the two ONNX files have them. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { valuesOf } from '../network/signal.ts';
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
    const { memory } = this.#team;
    const { top } = memory;
    const { at, channels } = this.#decoder.predict(this.#heard, first, count);
    const chosen = memory.take(2 * count * FLOAT_BYTES);
    this.#team.run('choose', [at, channels, chosen], count);
    const tokens = new Int32Array(memory.memory.buffer, chosen, 2 * count);
    const sums = memory.floats(chosen, 2 * count);
    const choices = Array.from({ length: count }, (_, row) => ({
      token: tokens[2 * row] ?? 0,
      probability: 1 / (sums[2 * row + 1] ?? 1),
    }));
    memory.release(top);
    return choices;
  }

  /** Of every token behind the first ones up to the one at `position`, in nats. */
  logProbabilities(position: number): Float32Array {
    const { memory } = this.#team;
    const { top } = memory;
    const values = valuesOf(memory, this.#decoder.predict(this.#heard, position, 1)).slice();
    memory.release(top);
    const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
    const shift = largest + Math.log(sum);
    return values.map((value) => value - shift);
  }

  get #heard(): Reading {
    if (this.#reading === null) throw new RangeError('moonshine: nothing was heard');
    return this.#reading;
  }
}
