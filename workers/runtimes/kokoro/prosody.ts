// How long each symbol of Kokoro lasts, and how its pitch and loudness go. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { RecurrentLayer } from '../network/recurrent-layer.ts';
import { copyRows, createRows, repeatRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { QuantisedLayers } from '../onnx-graph/quantised-layers.ts';
import type { NormContext } from './adaptive-norm.ts';
import { StyleLayer } from './adaptive-norm.ts';
import { StyleBlock } from './style-block.ts';
import type { KokoroWeights } from './style-block.ts';

const ROOT = '/encoder/predictor';
/** Of what is said, and with the style behind. */
const CHANNELS = 512;
export const STYLE = 128;
const WIDTH = CHANNELS + STYLE;
const EPSILON = 1e-5;

export class Prosody {
  readonly #team: NetworkTeam;
  readonly #layers: readonly StyledLayer[];
  readonly #recurrent: RecurrentLayer;
  readonly #durations: ByteProduct;
  /** As many of them as a symbol can have frames. */
  readonly #mostFrames: number;
  readonly #shared: RecurrentLayer;
  readonly #pitch: Contour;
  readonly #loudness: Contour;

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: NetworkTeam, weights: KokoroWeights) {
    const { layers } = weights;
    const recurrent = (name: string): RecurrentLayer =>
      new RecurrentLayer(team, layers.recurrent(`${name}/LSTM_quant`));
    this.#team = team;
    this.#layers = [0, 2, 4].map((index) => new StyledLayer(team, layers, index));
    this.#recurrent = recurrent(`${ROOT}/lstm`);
    const durations = layers.matrix(`${ROOT}/duration_proj/linear_layer/MatMul`);
    this.#mostFrames = durations.outputs;
    this.#durations = new ByteProduct(team, durations);
    this.#shared = recurrent('/encoder/shared');
    this.#pitch = new Contour(team, weights, 'F0');
    this.#loudness = new Contour(team, weights, 'N');
  }

  /** What is said, 512 channels of 640 that are computed of it in place, with the style. */
  createInput(rows: number): Signal {
    return createRows(this.#team.memory, { rows, channels: WIDTH }, 1);
  }

  /** Adds the style to the input and looks at all symbols together; pauses after each layer. */
  *prepare(said: Signal, { style }: NormContext): Generator<void, void> {
    const { memory } = this.#team;
    const values = valuesOf(memory, said);
    const row = valuesOf(memory, style);
    for (let at = CHANNELS; at < values.length; at += WIDTH) values.set(row, at);
    for (const layer of this.#layers) {
      layer.run(said, style);
      yield;
    }
  }

  /** Frames of each symbol, 40 to a second, one or more. */
  measure(said: Signal, speed: number): number[] {
    const { memory } = this.#team;
    const { top } = memory;
    const { rows } = said;
    const states = createRows(memory, { rows, channels: CHANNELS }, 1);
    this.#recurrent.run(said, states);
    const channels = this.#durations.outputs;
    const votes = createRows(memory, { rows, channels }, 1);
    this.#durations.run(states, votes);
    const values = valuesOf(memory, votes);
    const frames = Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let vote = 0; vote < this.#mostFrames; vote++) {
        sum += 1 / (1 + Math.exp(-(values[row * channels + vote] ?? 0)));
      }
      return Math.max(1, roundToEven(sum / speed));
    });
    memory.release(top);
    return frames;
  }

  /** Two values for each frame; pauses between steps. */
  *draw(
    said: Signal,
    frames: readonly number[],
    context: NormContext,
  ): Generator<void, { readonly pitch: Float32Array; readonly loudness: Float32Array }> {
    const { memory } = this.#team;
    const { top } = memory;
    const spread = repeatRows(memory, said, frames);
    const shared = createRows(memory, { rows: spread.rows, channels: CHANNELS }, 1);
    this.#shared.run(spread, shared);
    yield;
    const pitch = yield* this.#pitch.run(shared, context);
    const loudness = yield* this.#loudness.run(shared, context);
    memory.release(top);
    return { pitch, loudness };
  }
}

/** A recurrent layer whose result gets mean and deviation from the style. */
class StyledLayer {
  readonly #team: NetworkTeam;
  readonly #recurrent: RecurrentLayer;
  readonly #style: StyleLayer;

  constructor(team: NetworkTeam, layers: QuantisedLayers, index: number) {
    const name = `${ROOT}/text_encoder/lstms`;
    this.#team = team;
    this.#recurrent = new RecurrentLayer(team, layers.recurrent(`${name}.${index}/LSTM_quant`));
    this.#style = new StyleLayer(team, layers.matrix(`${name}.${index + 1}/fc/Gemm_MatMul`));
  }

  run(said: Signal, style: Signal): void {
    const { memory } = this.#team;
    const { top } = memory;
    const states = createRows(memory, { rows: said.rows, channels: CHANNELS }, 1);
    this.#recurrent.run(said, states);
    const gains = memory.takeFloats(2 * CHANNELS);
    this.#style.run(style, gains);
    memory.floats(gains, CHANNELS).forEach((gain, at, values) => (values[at] = 1 + gain));
    const shifts = gains + CHANNELS * Float32Array.BYTES_PER_ELEMENT;
    const { at } = states;
    this.#team.run('normRows', [at, CHANNELS, gains, shifts, EPSILON, at], said.rows);
    copyRows(memory, states, said);
    memory.release(top);
  }
}

/** One value that goes up and down. */
class Contour {
  readonly #team: NetworkTeam;
  readonly #blocks: readonly StyleBlock[];
  readonly #last: ByteProduct;

  constructor(team: NetworkTeam, weights: KokoroWeights, name: string) {
    this.#team = team;
    this.#blocks = [0, 1, 2].map((n) => new StyleBlock(team, weights, `/encoder/${name}.${n}`));
    this.#last = new ByteProduct(team, weights.layers.convolution(`/encoder/${name}_proj`));
  }

  *run(from: Signal, context: NormContext): Generator<void, Float32Array> {
    const { memory } = this.#team;
    const { top } = memory;
    let signal = from;
    for (const block of this.#blocks) {
      const { outputs: channels, stride } = block;
      const next = createRows(memory, { rows: signal.rows * stride, channels }, 1);
      yield* block.run(signal, next, context);
      signal = next;
    }
    const { outputs: channels } = this.#last;
    const values = createRows(memory, { rows: signal.rows, channels }, 1);
    this.#last.run(signal, values);
    const all = valuesOf(memory, values);
    const curve = Float32Array.from({ length: signal.rows }, (_, row) => all[row * channels] ?? 0);
    memory.release(top);
    return curve;
  }
}

/** Halves go to the even neighbour. */
function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
