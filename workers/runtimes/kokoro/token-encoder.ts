// The language model in front of Kokoro's prosody, ALBERT: what each symbol means where it stands. Worker or Node.
import { attend } from '../network/attention.ts';
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { LayerNorm } from '../network/layer-norm.ts';
import { columnsOf, createRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { Embedding, QuantisedLayers } from '../onnx-graph/quantised-layers.ts';

const ROOT = '/encoder/bert';
const LAYER = `${ROOT}/encoder/albert_layer_groups.0/albert_layers.0`;
/** All of them have the same weights. */
const LAYERS = 12;
const HEADS = 12;
const HEAD_SIZE = 64;
const CHANNELS = HEADS * HEAD_SIZE;
const FLOAT_BYTES = 4;
const EPSILON = 1e-12;

export class TokenEncoder {
  readonly #team: NetworkTeam;
  /** Of symbols, of places, and of the one kind of text that there is. */
  readonly #embeddings: readonly [Embedding, Embedding, Embedding];
  readonly #embeddingNorm: LayerNorm;
  readonly #widen: ByteProduct;
  /** Queries, keys and values. */
  readonly #views: readonly ByteProduct[];
  readonly #dense: ByteProduct;
  readonly #attentionNorm: LayerNorm;
  readonly #grow: ByteProduct;
  readonly #shrink: ByteProduct;
  readonly #norm: LayerNorm;
  readonly #last: ByteProduct;

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: NetworkTeam, layers: QuantisedLayers) {
    const matrix = (name: string): ByteProduct =>
      new ByteProduct(team, layers.matrix(`${name}/MatMul`));
    const embedding = (name: string): Embedding =>
      layers.embedding(`${ROOT}/embeddings/${name}_embeddings/Gather`);
    const norm = (name: string, first: number): LayerNorm => {
      const [weights, bias] = [first, first + 1].map((at) => layers.constant(name, at)) as [
        Float32Array,
        Float32Array,
      ];
      return new LayerNorm(team, { weights, bias, epsilon: EPSILON });
    };
    this.#team = team;
    this.#embeddings = [embedding('word'), embedding('position'), embedding('token_type')];
    this.#embeddingNorm = norm(`${ROOT}/embeddings/LayerNorm/LayerNormalization`, 1);
    this.#widen = matrix(`${ROOT}/encoder/embedding_hidden_mapping_in`);
    this.#views = ['query', 'key', 'value'].map((view) => matrix(`${LAYER}/attention/${view}`));
    this.#dense = matrix(`${LAYER}/attention/dense`);
    this.#attentionNorm = norm(`${LAYER}/attention/LayerNorm/LayerNormalization`, 1);
    this.#grow = matrix(`${LAYER}/ffn`);
    this.#shrink = matrix(`${LAYER}/ffn_output`);
    this.#norm = norm('SkipLayerNormalization', 2);
    this.#last = matrix('/encoder/bert_encoder');
  }

  /** Writes 512 channels to a row of `to`, which may be wider; pauses after each layer. */
  *run(tokens: readonly number[], to: Signal): Generator<void, void> {
    const { memory } = this.#team;
    const { top } = memory;
    const rows = tokens.length;
    const create = (channels: number): Signal => createRows(memory, { rows, channels }, 1);
    const hidden = create(CHANNELS);
    const work = {
      ...{ views: create(3 * CHANNELS), seen: create(CHANNELS) },
      ...{ inner: create(CHANNELS), grown: create(this.#grow.outputs) },
    };
    this.#widen.run(this.#embed(tokens), hidden);
    for (let layer = 0; layer < LAYERS; layer++) {
      this.#runLayer(hidden, work);
      yield;
    }
    this.#last.run(hidden, to);
    memory.release(top);
  }

  #embed(tokens: readonly number[]): Signal {
    const { memory } = this.#team;
    const [symbols, places, kinds] = this.#embeddings;
    const { width } = symbols;
    const rows = createRows(memory, { rows: tokens.length, channels: width }, 1);
    const values = valuesOf(memory, rows);
    for (const [place, token] of tokens.entries()) {
      for (let channel = 0; channel < width; channel++) {
        const symbol = symbols.values[token * width + channel] ?? 0;
        const position = places.values[place * width + channel] ?? 0;
        values[place * width + channel] = symbol + position + (kinds.values[channel] ?? 0);
      }
    }
    this.#embeddingNorm.run(rows, rows);
    return rows;
  }

  #runLayer(
    hidden: Signal,
    { views, seen, inner, grown }: Record<'views' | 'seen' | 'inner' | 'grown', Signal>,
  ): void {
    const team = this.#team;
    const { rows } = hidden;
    const places = this.#views.map((_, index) => columnsOf(views, index * CHANNELS)) as [
      Signal,
      Signal,
      Signal,
    ];
    for (const [index, view] of this.#views.entries()) view.run(hidden, places[index] ?? views);
    const stride = views.channels * FLOAT_BYTES;
    attend(team, {
      ...{ heads: HEADS, headSize: HEAD_SIZE, scale: 1 / Math.sqrt(HEAD_SIZE) },
      queries: { at: places[0].at, stride, rows },
      keys: { at: places[1].at, valuesAt: places[2].at, stride, rows },
      to: { at: seen.at, stride: CHANNELS * FLOAT_BYTES },
    });
    this.#dense.run(seen, inner, { signal: hidden, factor: 1 });
    this.#attentionNorm.run(inner, inner);
    this.#grow.run(inner, grown);
    team.run('geluByTanh', [grown.at, grown.channels, grown.at], rows);
    this.#shrink.run(grown, hidden, { signal: inner, factor: 1 });
    this.#norm.run(hidden, hidden);
  }
}
