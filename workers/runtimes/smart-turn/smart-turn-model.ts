// Smart Turn, version 3: a Whisper encoder over a spectrogram and a small classifier, on kernels of our own. Worker or
// Node.
import { ByteProduct } from '../network/byte-product.ts';
import { createEncoderRoom, EncoderLayer } from '../network/encoder-layer.ts';
import type { EncoderRoom } from '../network/encoder-layer.ts';
import { unitsOf } from '../network/kernels.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { LayerNorm } from '../network/layer-norm.ts';
import { createRows, createSignal, rowAt, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import { Classifier } from './classifier.ts';
import type { SmartTurnWeights } from './smart-turn-weights.ts';

const HEAD_SIZE = 64;
/** The second convolution takes every other frame. */
const FRAMES_PER_POSITION = 2;
/** Of both convolutions. */
const TAPS = 3;
const FLOAT_BYTES = 4;

/**
 * Rounds what its products multiply to 16 bits, with the weights of the file: the graph as it is shipped rounds all that
 * flows between its layers to 8 bits, which moves its answer by 0.05 in the median.
 */
export class SmartTurnModel {
  readonly #team: NetworkTeam;
  readonly #first: ByteProduct;
  readonly #second: ByteProduct;
  readonly #layers: readonly EncoderLayer[];
  readonly #norm: LayerNorm;
  readonly #classifier: Classifier;
  /** One row per frame and band. */
  readonly #frames: Signal;
  /** After the first convolution, behind a row of zeros. */
  readonly #heard: Signal;
  readonly #positions: Signal;
  readonly #x: Signal;
  readonly #room: EncoderRoom;

  /**
   * For the last `frames` of the spectrogram that the model was trained on, an even number from 8 on: their positions
   * keep their places. Throws `RangeError` for a file that does not fit, or when there is no more memory.
   */
  constructor(team: NetworkTeam, weights: SmartTurnWeights, { frames }: { frames: number }) {
    const { memory } = team;
    const rows = frames / FRAMES_PER_POSITION;
    const first = weights.layer('encoder.conv1');
    this.#team = team;
    this.#first = new ByteProduct(team, first);
    this.#second = new ByteProduct(team, weights.layer('encoder.conv2'));
    const channels = first.outputs;
    this.#layers = Array.from({ length: weights.layers }, (_, layer) =>
      toLayer(team, weights, { name: `encoder.layers.${layer}`, heads: channels / HEAD_SIZE }),
    );
    this.#norm = new LayerNorm(team, weights.norm('encoder.layer_norm'));
    this.#classifier = new Classifier(team, weights, { rows });
    const table = weights.table('encoder.embed_positions.weight');
    if (this.#layers.length === 0 || table.columns !== channels) {
      throw new RangeError('onnx: the graph is not the encoder of Smart Turn');
    }
    this.#frames = createSignal(memory, { rows: frames, channels: first.inputs });
    this.#heard = createRows(memory, { rows: 1 + frames, channels });
    this.#positions = createRows(memory, { rows, channels });
    this.#x = createRows(memory, { rows, channels });
    const wideChannels = weights.product('encoder.layers.0.fc1').outputs;
    this.#room = createEncoderRoom(memory, { rows, channels, wideChannels });
    memory.floats(this.#heard.at, channels).fill(0);
    valuesOf(memory, this.#positions).set(table.values.subarray(-rows * channels));
  }

  /** The probability that the person has finished, from a spectrogram [bands, frames]. */
  run(spectrogram: Float32Array): number {
    this.#place(spectrogram);
    this.#listen();
    for (const layer of this.#layers) layer.run(this.#x, this.#room);
    this.#norm.run(this.#x, this.#room.normed);
    return this.#classifier.run(this.#room.normed);
  }

  /** From one row per band to one per frame. */
  #place(spectrogram: Float32Array): void {
    const { rows, channels } = this.#frames;
    const values = valuesOf(this.#team.memory, this.#frames);
    for (let band = 0; band < channels; band++) {
      for (let frame = 0; frame < rows; frame++) {
        values[frame * channels + band] = spectrogram[band * rows + frame] ?? 0;
      }
    }
  }

  /** Both convolutions, and where each position stands. */
  #listen(): void {
    const team = this.#team;
    const frames = this.#frames;
    const heard = this.#heard;
    const x = this.#x;
    const row = heard.channels * FLOAT_BYTES;
    this.#first.runRows({
      ...{ from: rowAt(frames, -(TAPS - 1) / 2), stride: frames.channels * FLOAT_BYTES },
      ...{ rows: frames.rows, to: rowAt(heard, 1), toStride: row },
    });
    team.run('gelu', [rowAt(heard, 1), heard.channels, rowAt(heard, 1)], frames.rows);
    this.#second.runRows({
      ...{ from: heard.at, stride: FRAMES_PER_POSITION * row },
      ...{ rows: x.rows, to: x.at, toStride: row },
    });
    team.run('gelu', [x.at, x.channels, x.at], x.rows);
    const sum = [x.at, this.#positions.at, 1, x.channels, x.rows] as const;
    team.run('addScaled', sum, unitsOf(x.rows));
  }
}

function toLayer(
  team: NetworkTeam,
  weights: SmartTurnWeights,
  { name, heads }: { readonly name: string; readonly heads: number },
): EncoderLayer {
  const product = (part: string): ByteProduct =>
    new ByteProduct(team, weights.product(`${name}.${part}`));
  const norm = (part: string): LayerNorm =>
    new LayerNorm(team, weights.norm(`${name}.${part}_layer_norm`));
  return new EncoderLayer(team, {
    heads,
    attentionNorm: norm('self_attn'),
    attention: new ByteProduct(team, ...weights.attention(`${name}.self_attn`)),
    attentionOut: product('self_attn.out_proj'),
    norm: norm('final'),
    wide: product('fc1'),
    wideOut: product('fc2'),
  });
}
