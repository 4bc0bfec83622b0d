// The text encoder of a VITS voice: from symbols to what they sound like. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { unitsOf } from '../network/kernels.ts';
import { leakyRelu } from '../network/leaky-relu.ts';
import type { RowProduct } from '../network/row-product.ts';
import type { LayerNorm } from '../network/layer-norm.ts';
import { createRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import { NearAttention } from './near-attention.ts';
import { runOnRows, toNorm, toProduct } from './layers.ts';

const ROOT = '/enc_p';
/** Rows on either side that a convolution reads: it has three taps. */
const REACH = 1;

interface Layer {
  readonly attention: NearAttention;
  readonly attentionNorm: LayerNorm;
  readonly widen: RowProduct;
  readonly narrow: RowProduct;
  readonly norm: LayerNorm;
}

export class TextEncoder {
  readonly #team: NetworkTeam;
  /** [symbols, channels] */
  readonly #embedding: Float32Array;
  readonly #channels: number;
  readonly #layers: readonly Layer[];
  readonly #project: RowProduct;

  /** Throws `RangeError` for a graph that does not fit, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: GraphWeights) {
    const { values, dims } = weights.constantOf(`${ROOT}/emb/Gather`);
    const [, channels = 0] = dims;
    this.#team = team;
    this.#channels = channels;
    this.#embedding = values.map((value) => value * Math.sqrt(channels));
    this.#layers = toLayers(team, weights);
    this.#project = toProduct(team, weights, `${ROOT}/proj/Conv`);
  }

  /** One row per symbol, four or more, in a new signal; pauses between layers. */
  *run(ids: readonly number[]): Generator<void, Signal> {
    const { memory } = this.#team;
    const signal = createRows(memory, { rows: ids.length, channels: this.#channels }, REACH);
    const values = valuesOf(memory, signal);
    for (const [row, id] of ids.entries()) {
      const start = id * this.#channels;
      values.set(this.#embedding.subarray(start, start + this.#channels), row * this.#channels);
    }
    const { top } = memory;
    for (const layer of this.#layers) {
      this.#runLayer(layer, signal);
      memory.release(top);
      yield;
    }
    return signal;
  }

  /** Of encoded rows: means of latents, then logarithms of their deviations; [rows, 2, channels]. */
  project(encoded: Signal): Float32Array {
    const { memory } = this.#team;
    const { top } = memory;
    const to = createRows(memory, { rows: encoded.rows, channels: this.#project.outputs });
    runOnRows(this.#project, { from: encoded, to });
    const values = valuesOf(memory, to).slice();
    memory.release(top);
    return values;
  }

  #runLayer({ attention, attentionNorm, widen, narrow, norm }: Layer, x: Signal): void {
    const { memory } = this.#team;
    this.#add(x, attention.run(x));
    attentionNorm.run(x, x);
    const wide = createRows(memory, { rows: x.rows, channels: widen.outputs }, REACH);
    const narrowed = createRows(memory, x);
    runOnRows(widen, { from: x, to: wide, reach: REACH });
    leakyRelu(this.#team, { from: wide, to: wide, slope: 0 });
    runOnRows(narrow, { from: wide, to: narrowed, reach: REACH });
    this.#add(x, narrowed);
    norm.run(x, x);
  }

  #add({ at, channels, rows }: Signal, other: Signal): void {
    this.#team.run('addScaled', [at, other.at, 1, channels, rows], unitsOf(rows));
  }
}

function toLayers(team: NetworkTeam, weights: GraphWeights): Layer[] {
  const layers: Layer[] = [];
  for (let index = 0; ; index++) {
    const part = (name: string): string => `${ROOT}/encoder/${name}.${index}`;
    if (!weights.has(`${part('attn_layers')}/conv_q/Conv`)) return layers;
    layers.push({
      attention: new NearAttention(team, weights, part('attn_layers')),
      attentionNorm: toNorm(team, weights, part('norm_layers_1')),
      widen: toProduct(team, weights, `${part('ffn_layers')}/conv_1/Conv`),
      narrow: toProduct(team, weights, `${part('ffn_layers')}/conv_2/Conv`),
      norm: toNorm(team, weights, part('norm_layers_2')),
    });
  }
}
