// Moonshine's encoder: a row of what was heard for each 384 samples. Worker or Node.
import { attend } from '../network/attention.ts';
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import type { LayerNorm } from '../network/layer-norm.ts';
import { createRows } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import { add, createNorm, FLOAT_BYTES, HEADS, multiply, rotate, takeAngles } from './layers.ts';
import type { MoonshineWeights } from './moonshine-weights.ts';
import { SpeechStem } from './speech-stem.ts';

interface EncoderLayer {
  readonly attentionNorm: LayerNorm;
  /** Queries, keys and values side by side. */
  readonly inputs: ByteProduct;
  readonly output: ByteProduct;
  readonly norm: LayerNorm;
  readonly up: ByteProduct;
  readonly down: ByteProduct;
}

export class MoonshineEncoder {
  readonly #team: NetworkTeam;
  readonly #stem: SpeechStem;
  readonly #layers: readonly EncoderLayer[];
  readonly #norm: LayerNorm;

  /** Throws `RangeError` for a file that does not fit, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: MoonshineWeights) {
    this.#team = team;
    this.#stem = new SpeechStem(team, weights);
    this.#norm = createNorm(team, weights, 'layer_norm');
    const layers: EncoderLayer[] = [];
    while (weights.has(`layers.${layers.length}.input_layernorm.weight`)) {
      layers.push(toLayer(team, weights, `layers.${layers.length}`));
    }
    this.#layers = layers;
  }

  /** What was heard, in rows that are taken from memory first; keeps `pcm`. Pauses between steps of some milliseconds. */
  *run(pcm: Float32Array): Generator<void, Signal> {
    const team = this.#team;
    const { memory } = team;
    const rows = SpeechStem.rowsOf(pcm.length);
    const x = createRows(memory, { rows, channels: this.#stem.channels });
    yield* this.#stem.run(pcm, x);
    const { top } = memory;
    const angles = takeAngles(team, { first: 0, rows });
    for (const layer of this.#layers) {
      yield;
      this.#runLayer(layer, x, angles);
    }
    this.#norm.run(x, x);
    memory.release(top);
    return x;
  }

  #runLayer(layer: EncoderLayer, x: Signal, angles: number): void {
    const team = this.#team;
    const { memory } = team;
    const { top } = memory;
    const normed = createRows(memory, x);
    layer.attentionNorm.run(x, normed);
    const inputs = multiply(team, layer.inputs, { from: normed });
    rotate(team, inputs, angles);
    const stride = inputs.channels * FLOAT_BYTES;
    const headSize = x.channels / HEADS;
    attend(team, {
      ...{ heads: HEADS, headSize, scale: 1 / Math.sqrt(headSize) },
      queries: { at: inputs.at, stride, rows: x.rows },
      keys: {
        at: inputs.at + x.channels * FLOAT_BYTES,
        valuesAt: inputs.at + 2 * x.channels * FLOAT_BYTES,
        ...{ stride, rows: x.rows },
      },
      to: { at: normed.at, stride: x.channels * FLOAT_BYTES },
    });
    add(team, x, multiply(team, layer.output, { from: normed }));
    layer.norm.run(x, normed);
    const inner = multiply(team, layer.up, { from: normed });
    team.run('gelu', [inner.at, inner.channels, inner.at], inner.rows);
    add(team, x, multiply(team, layer.down, { from: inner, to: normed }));
    memory.release(top);
  }
}

function toLayer(team: NetworkTeam, weights: MoonshineWeights, name: string): EncoderLayer {
  const product = (part: string) => weights.product(`${name}.${part}`);
  return {
    attentionNorm: createNorm(team, weights, `${name}.input_layernorm`),
    inputs: new ByteProduct(
      team,
      product('self_attn.q_proj'),
      product('self_attn.k_proj'),
      product('self_attn.v_proj'),
    ),
    output: new ByteProduct(team, product('self_attn.dense')),
    norm: createNorm(team, weights, `${name}.post_attention_layernorm`),
    up: new ByteProduct(team, product('mlp.fc1')),
    down: new ByteProduct(team, product('mlp.fc2')),
  };
}
