// The decoder of Kokoro: from what is said when, its pitch and its loudness to frames for the generator. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { columnsOf, copyRows, createRows, createSignal, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { NormContext } from './adaptive-norm.ts';
import { StyleBlock } from './style-block.ts';
import type { KokoroWeights } from './style-block.ts';

const ROOT = '/decoder/decoder';
/** Channels of the text, and of what the blocks make of it. */
const TEXT = 512;
const INNER = 1024;
/** The text once more behind the blocks' channels, pressed into fewer; then pitch and loudness. */
const PRESSED = 64;
const ENCODE_WIDTH = 520;
const DECODE_WIDTH = 1096;

/** A convolution over a single value, at every other frame. */
interface Curve {
  readonly taps: Float32Array;
  readonly bias: number;
}

export interface DecoderInput {
  /** 512 channels, 40 frames to a second. */
  readonly text: Signal;
  /** In Hz, twice as many frames. */
  readonly pitch: Float32Array;
  /** As many. */
  readonly loudness: Float32Array;
  readonly context: NormContext;
}

export class Decoder {
  readonly #team: NetworkTeam;
  readonly #press: ByteProduct;
  readonly #encode: StyleBlock;
  readonly #decode: readonly StyleBlock[];
  readonly #curves: readonly [Curve, Curve];

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: NetworkTeam, weights: KokoroWeights) {
    const curve = (name: string): Curve => {
      const { weights: taps, bias } = weights.floats.convolution(`${ROOT}/${name}`);
      return { taps, bias: bias[0] ?? 0 };
    };
    this.#team = team;
    this.#press = new ByteProduct(team, weights.layers.convolution(`${ROOT}/asr_res/asr_res.0`));
    this.#encode = new StyleBlock(team, weights, `${ROOT}/encode`);
    this.#decode = [0, 1, 2, 3].map((n) => new StyleBlock(team, weights, `${ROOT}/decode.${n}`));
    this.#curves = [curve('F0_conv'), curve('N_conv')];
  }

  /** Two frames for each, 512 channels. Pauses between steps. */
  *run({ text, pitch, loudness, context }: DecoderInput): Generator<void, Signal> {
    const { memory } = this.#team;
    const { rows } = text;
    const decoded = createSignal(memory, { rows: 2 * rows, channels: TEXT });
    const { top } = memory;
    const whole = createRows(memory, { rows, channels: ENCODE_WIDTH }, 1);
    const wide = [0, 1].map(() => createRows(memory, { rows, channels: DECODE_WIDTH }, 1));
    let [from, to] = wide as [Signal, Signal];
    for (const signal of [whole, from, to]) valuesOf(memory, signal).fill(0);
    copyRows(memory, text, whole);
    for (const [index, curve] of this.#curves.entries()) {
      const values = halve([pitch, loudness][index] ?? pitch, curve);
      this.#place(values, whole, TEXT + index);
      for (const signal of [from, to]) this.#place(values, signal, INNER + PRESSED + index);
    }
    for (const signal of [from, to]) this.#press.run(text, columnsOf(signal, INNER));
    yield* this.#encode.run(whole, from, context);
    for (const block of this.#decode) {
      yield* block.run(from, block.stride === 1 ? to : decoded, context);
      [from, to] = [to, from];
    }
    memory.release(top);
    return decoded;
  }

  #place(values: Float32Array, { at, channels, rows }: Signal, channel: number): void {
    const target = this.#team.memory.floats(at, rows * channels);
    for (const [row, value] of values.entries()) target[row * channels + channel] = value;
  }
}

function halve(values: Float32Array, { taps, bias }: Curve): Float32Array {
  const [before = 0, middle = 0, after = 0] = taps;
  return Float32Array.from({ length: values.length / 2 }, (_, frame) => {
    const [a = 0, b = 0, c = 0] = [-1, 0, 1].map((offset) => values[2 * frame + offset]);
    return before * a + middle * b + after * c + bias;
  });
}
