// Moonshine's decoder: what is said in rows of the encoder, token by token or many at once. Worker or Node.
import { attend } from '../network/attention.ts';
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import type { LayerNorm } from '../network/layer-norm.ts';
import { createRows, rowAt, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import { createNorm, FLOAT_BYTES, HEADS, multiply, rotate, takeAngles } from './layers.ts';
import type { Heard } from './moonshine-encoder.ts';
import type { MoonshineWeights } from './moonshine-weights.ts';

interface DecoderLayer {
  readonly selfNorm: LayerNorm;
  /** Queries, keys and values side by side. */
  readonly selfInputs: ByteProduct;
  readonly selfOutput: ByteProduct;
  readonly audioNorm: LayerNorm;
  readonly audioQueries: ByteProduct;
  readonly audioOutput: ByteProduct;
  readonly norm: LayerNorm;
  /** Values, and behind them what opens each of them. */
  readonly up: ByteProduct;
  readonly down: ByteProduct;
}

/** What is read of one piece of audio, in memory that outlives it. */
export interface Reading {
  /** Keys and values of all layers side by side, a row for each of the encoder's, and room for more. */
  readonly audio: Signal;
  /** How many of those rows there are. */
  audioRows: number;
  /** Of each layer: queries, keys and values of all tokens read. */
  readonly tokens: readonly Signal[];
  /** What the network made of each token read. */
  readonly states: Signal;
}

export class MoonshineDecoder {
  readonly #team: NetworkTeam;
  readonly #layers: readonly DecoderLayer[];
  readonly #norm: LayerNorm;
  /** Keys and values of all layers. */
  readonly #audioInputs: ByteProduct;
  /** Its rows are also what tokens are to the first layer. */
  readonly #vocabulary: ByteProduct;

  /** Throws `RangeError` for a file that does not fit, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: MoonshineWeights) {
    this.#team = team;
    this.#vocabulary = new ByteProduct(team, weights.embedding('embed_tokens'));
    this.#norm = createNorm(team, weights, 'norm');
    const layers: DecoderLayer[] = [];
    while (weights.has(`layers.${layers.length}.input_layernorm.weight`)) {
      layers.push(toLayer(team, weights, `layers.${layers.length}`));
    }
    this.#layers = layers;
    const [first, ...others] = layers.flatMap((_, index) => [
      weights.product(`layers.${index}.encoder_attn.k_proj`),
      weights.product(`layers.${index}.encoder_attn.v_proj`),
    ]);
    if (first === undefined) throw new RangeError('onnx: the decoder has no layers');
    this.#audioInputs = new ByteProduct(team, first, ...others);
  }

  /** Room for so many rows of the encoder, and so many tokens. Throws `RangeError` when there is no more memory. */
  createReading(rows: number, maxTokens: number): Reading {
    const { memory } = this.#team;
    const channels = this.#audioInputs.depth;
    return {
      audio: createRows(memory, { rows, channels: this.#audioInputs.outputs }),
      audioRows: 0,
      tokens: this.#layers.map(() =>
        createRows(memory, { rows: maxTokens, channels: 3 * channels }),
      ),
      states: createRows(memory, { rows: maxTokens, channels }),
    };
  }

  /** Looks at what was heard from a row on. */
  look(reading: Reading, { first, rows }: Heard): void {
    const to = { ...reading.audio, at: rowAt(reading.audio, first), rows: rows.rows };
    this.#audioInputs.run(rows, to);
    reading.audioRows = first + rows.rows;
  }

  /**
   * Reads tokens that follow the first `position` ones; those read before behind them are forgotten. Pauses between steps
   * of some milliseconds.
   */
  *read(reading: Reading, tokens: readonly number[], position: number): Generator<void, void> {
    const team = this.#team;
    const { memory } = team;
    const { channels } = reading.states;
    if (position + tokens.length > reading.states.rows) throw new RangeError('too many tokens');
    const { top } = memory;
    const x = createRows(memory, { rows: tokens.length, channels });
    tokens.forEach((token, row) => {
      valuesOf(memory, x).set(this.#vocabulary.weightsOf(token), row * channels);
    });
    const angles = takeAngles(team, { first: position, rows: x.rows });
    for (const [index, layer] of this.#layers.entries()) {
      if (index > 0 && tokens.length > 1) yield;
      this.#runLayer(layer, x, { reading, index, position, angles });
    }
    this.#norm.run(x, { ...x, at: rowAt(reading.states, position) });
    memory.release(top);
  }

  /** What may follow so many tokens from `first` on: a row of the vocabulary for each, in memory taken for them. */
  predict({ states }: Reading, first: number, rows: number): Signal {
    const from = { at: rowAt(states, first), rows, channels: states.channels };
    return multiply(this.#team, this.#vocabulary, from);
  }

  #runLayer(
    layer: DecoderLayer,
    x: Signal,
    place: { reading: Reading; index: number; position: number; angles: number },
  ): void {
    const team = this.#team;
    const { memory } = team;
    const { top } = memory;
    const normed = createRows(memory, x);
    layer.selfNorm.run(x, normed);
    this.#attendToTokens(layer, normed, place);
    layer.selfOutput.run(normed, x, { signal: x });
    layer.audioNorm.run(x, normed);
    this.#attendToAudio(layer, normed, place);
    layer.audioOutput.run(normed, x, { signal: x });
    layer.norm.run(x, normed);
    const both = multiply(team, layer.up, normed);
    const inner = createRows(memory, { rows: x.rows, channels: both.channels / 2 });
    team.run('gate', [both.at, inner.channels, inner.at], x.rows);
    layer.down.run(inner, x, { signal: x });
    memory.release(top);
  }

  /** Each token sees itself and those before it; in place. */
  #attendToTokens(
    layer: DecoderLayer,
    x: Signal,
    place: { reading: Reading; index: number; position: number; angles: number },
  ): void {
    const { position } = place;
    const all = place.reading.tokens[place.index] ?? x;
    const inputs = { ...all, at: rowAt(all, position), rows: x.rows };
    layer.selfInputs.run(x, inputs);
    rotate(this.#team, inputs, place.angles);
    const keysAt = all.at + x.channels * FLOAT_BYTES;
    this.#attend(x, {
      queries: inputs,
      keys: { ...all, at: keysAt, rows: position + x.rows },
      reach: position,
    });
  }

  /** Each token sees all of the audio; in place. */
  #attendToAudio(
    layer: DecoderLayer,
    x: Signal,
    { reading, index }: { reading: Reading; index: number },
  ): void {
    const queries = multiply(this.#team, layer.audioQueries, x);
    const at = reading.audio.at + 2 * index * x.channels * FLOAT_BYTES;
    const rows = reading.audioRows;
    this.#attend(x, { queries, keys: { ...reading.audio, at, rows }, reach: rows });
  }

  /** Values lie behind the keys. */
  #attend(x: Signal, call: { queries: Signal; keys: Signal; reach: number }): void {
    const { queries, keys, reach } = call;
    const headSize = x.channels / HEADS;
    attend(this.#team, {
      ...{ heads: HEADS, headSize, scale: 1 / Math.sqrt(headSize), reach },
      queries: { at: queries.at, stride: queries.channels * FLOAT_BYTES, rows: x.rows },
      keys: {
        at: keys.at,
        valuesAt: keys.at + x.channels * FLOAT_BYTES,
        stride: keys.channels * FLOAT_BYTES,
        rows: keys.rows,
      },
      to: { at: x.at, stride: x.channels * FLOAT_BYTES },
    });
  }
}

function toLayer(team: NetworkTeam, weights: MoonshineWeights, name: string): DecoderLayer {
  const product = (part: string) => weights.product(`${name}.${part}`);
  return {
    selfNorm: createNorm(team, weights, `${name}.input_layernorm`),
    selfInputs: new ByteProduct(
      team,
      product('self_attn.q_proj'),
      product('self_attn.k_proj'),
      product('self_attn.v_proj'),
    ),
    selfOutput: new ByteProduct(team, product('self_attn.dense')),
    audioNorm: createNorm(team, weights, `${name}.post_attention_layernorm`),
    audioQueries: new ByteProduct(team, product('encoder_attn.q_proj')),
    audioOutput: new ByteProduct(team, product('encoder_attn.dense')),
    norm: createNorm(team, weights, `${name}.final_layernorm`),
    up: new ByteProduct(team, product('mlp.up_proj')),
    down: new ByteProduct(team, product('mlp.down_proj')),
  };
}
