// Moonshine on kernels of our own, its weights as the two ONNX files have them. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { rowAt } from '../network/signal.ts';
import { MoonshineDecoder } from './moonshine-decoder.ts';
import type { Reading } from './moonshine-decoder.ts';
import { MoonshineEncoder } from './moonshine-encoder.ts';
import type { EncoderRoom } from './moonshine-encoder.ts';
import { MoonshineWeights } from './moonshine-weights.ts';
import { SpeechStem } from './speech-stem.ts';

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
/** Room grows in steps of 8 s. */
const ROOM_ROWS = 334;
const ROOM_TOKENS = 66;

export interface HearOptions {
  /** So many can be read. */
  readonly maxTokens: number;
  /** Whether what settled of the beginning of this audio in runs before may stay as it was. */
  readonly mayBeRough: boolean;
}

interface Room {
  readonly rows: number;
  readonly tokens: number;
  readonly encoder: EncoderRoom;
  readonly reading: Reading;
  /** Where its memory ends. */
  readonly top: number;
}

/** Hears one piece of audio at a time. */
export class Moonshine {
  readonly #team: NetworkTeam;
  readonly #encoder: MoonshineEncoder;
  readonly #decoder: MoonshineDecoder;
  /** Where the memory of weights ends. */
  readonly #top: number;
  #room: Room | null = null;
  #isRough = false;
  /** What was read, in order. */
  readonly #tokens: number[] = [];

  /** The files may be let go. Throws `RangeError` for files that do not fit, or without memory for their weights. */
  constructor(team: NetworkTeam, { encoder, decoder }: MoonshineFiles) {
    this.#team = team;
    // The largest first: what packing it takes is given to others.
    this.#decoder = new MoonshineDecoder(team, new MoonshineWeights(decoder, DECODER_NAMES));
    this.#encoder = new MoonshineEncoder(team, new MoonshineWeights(encoder, ENCODER_NAMES));
    this.#top = team.memory.top;
  }

  /** Whether the beginning of what was heard last was taken from what was heard before. */
  get isRough(): boolean {
    return this.#isRough;
  }

  /** Mono samples at 16 kHz, 0.1 s or more, which are kept. Pauses between steps. */
  *hear(pcm: Float32Array, { maxTokens, mayBeRough }: HearOptions): Generator<void, void> {
    const { memory } = this.#team;
    const room = this.#makeRoom(SpeechStem.rowsOf(pcm.length), maxTokens);
    memory.release(room.top);
    room.reading.audioRows = 0;
    const heard = yield* this.#encoder.run(pcm, { room: room.encoder, mayBeRough });
    this.#isRough = heard.first > 0;
    if (!this.#isRough) this.#tokens.length = 0;
    this.#decoder.look(room.reading, heard);
    memory.release(room.top);
  }

  /** How many of these tokens were read of what is the same in this audio, from the first on. */
  countRead(tokens: readonly number[]): number {
    const end = tokens.findIndex((token, at) => this.#tokens[at] !== token);
    return end < 0 ? tokens.length : end;
  }

  /** The one there is, or a larger one in its place: nothing is kept then. */
  #makeRoom(rows: number, tokens: number): Room {
    const { memory } = this.#team;
    if (this.#room !== null && this.#room.rows >= rows && this.#room.tokens >= tokens) {
      return this.#room;
    }
    memory.release(this.#top);
    this.#tokens.length = 0;
    const size = {
      rows: Math.ceil(rows / ROOM_ROWS) * ROOM_ROWS,
      tokens: Math.ceil(tokens / ROOM_TOKENS) * ROOM_TOKENS,
    };
    const encoder = this.#encoder.createRoom(size.rows);
    const reading = this.#decoder.createReading(size.rows, size.tokens);
    this.#room = { ...size, encoder, reading, top: memory.top };
    return this.#room;
  }

  /**
   * Reads tokens that follow the first `position` ones; those read before behind them are forgotten. Pauses between
   * steps. Throws `RangeError` beyond the limit.
   */
  *read(tokens: readonly number[], position: number): Generator<void, void> {
    this.#tokens.length = position;
    yield* this.#decoder.read(this.#heard, tokens, position);
    this.#tokens.push(...tokens);
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
    const reading = this.#room?.reading;
    if (reading === undefined || reading.audioRows === 0) {
      throw new RangeError('moonshine: nothing was heard');
    }
    return reading;
  }
}
