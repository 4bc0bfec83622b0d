// Moonshine's encoder: a row of what was heard for each 384 samples. Worker or Node.
import { attend } from '../network/attention.ts';
import { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import type { LayerNorm } from '../network/layer-norm.ts';
import { createRows, rowAt } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import { createNorm, FLOAT_BYTES, HEADS, multiply, rotate, takeAngles } from './layers.ts';
import type { MoonshineWeights } from './moonshine-weights.ts';
import { countShared, SpeechStem } from './speech-stem.ts';

/**
 * A row that so many have followed, 2 s, is hardly changed by more of them: with ten recordings, 8 in 1,000 words of
 * partial transcripts were not what they are with all rows computed anew; with 62 rows it were 9.
 */
const SETTLING_ROWS = 83;

interface EncoderLayer {
  readonly attentionNorm: LayerNorm;
  /** Queries, keys and values side by side. */
  readonly inputs: ByteProduct;
  readonly output: ByteProduct;
  readonly norm: LayerNorm;
  readonly up: ByteProduct;
  readonly down: ByteProduct;
}

/** Of the last rows of what was heard: those before are as they were. */
export interface Heard {
  /** Number of the first of them. */
  readonly first: number;
  readonly rows: Signal;
}

/** Queries, keys and values of each layer, in memory that outlives a run. */
export type EncoderRoom = readonly Signal[];

/** What the rows in the room were made of, and how many of them are settled. */
interface Kept {
  readonly pcm: Float32Array;
  readonly settled: number;
}

export class MoonshineEncoder {
  readonly #team: NetworkTeam;
  readonly #stem: SpeechStem;
  readonly #layers: readonly EncoderLayer[];
  readonly #norm: LayerNorm;
  #kept: Kept = { pcm: new Float32Array(0), settled: 0 };

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

  /** Throws `RangeError` when there is no more memory. */
  createRoom(rows: number): EncoderRoom {
    this.#kept = { pcm: new Float32Array(0), settled: 0 };
    const channels = 3 * this.#stem.channels;
    return this.#layers.map(() => createRows(this.#team.memory, { rows, channels }));
  }

  /**
   * What was heard, in rows that are taken from memory first; keeps `pcm`. With `mayBeRough`, rows that settled in runs of
   * a beginning of it are not computed again. Pauses between steps of some milliseconds.
   */
  *run(
    pcm: Float32Array,
    { room, mayBeRough }: { room: EncoderRoom; mayBeRough: boolean },
  ): Generator<void, Heard> {
    const team = this.#team;
    const { memory } = team;
    const all = SpeechStem.rowsOf(pcm.length);
    const first = mayBeRough ? this.#countSettled(pcm) : 0;
    // A run that is broken off leaves those before `first` as they are.
    this.#kept = { pcm, settled: first };
    const x = createRows(memory, { rows: all - first, channels: this.#stem.channels });
    yield* this.#stem.run(pcm, x);
    const { top } = memory;
    const angles = takeAngles(team, { first, rows: x.rows });
    for (const [index, layer] of this.#layers.entries()) {
      yield;
      this.#runLayer(layer, x, { angles, kept: room[index] ?? x, first });
    }
    yield;
    this.#norm.run(x, x);
    memory.release(top);
    this.#kept = { pcm, settled: Math.max(first, all - SETTLING_ROWS) };
    return { first, rows: x };
  }

  /** Rows of an earlier run that may stay, of audio that begins alike. */
  #countSettled(pcm: Float32Array): number {
    const { pcm: before, settled } = this.#kept;
    return Math.min(settled, SpeechStem.rowsOf(countShared(pcm, before)));
  }

  #runLayer(
    layer: EncoderLayer,
    x: Signal,
    { angles, kept, first }: { angles: number; kept: Signal; first: number },
  ): void {
    const team = this.#team;
    const { memory } = team;
    const { top } = memory;
    const normed = createRows(memory, x);
    layer.attentionNorm.run(x, normed);
    const inputs = { ...kept, at: rowAt(kept, first), rows: x.rows };
    layer.inputs.run(normed, inputs);
    rotate(team, inputs, angles);
    const stride = kept.channels * FLOAT_BYTES;
    const headSize = x.channels / HEADS;
    attend(team, {
      ...{ heads: HEADS, headSize, scale: 1 / Math.sqrt(headSize) },
      queries: { at: inputs.at, stride, rows: x.rows },
      keys: {
        at: kept.at + x.channels * FLOAT_BYTES,
        valuesAt: kept.at + 2 * x.channels * FLOAT_BYTES,
        ...{ stride, rows: first + x.rows },
      },
      to: { at: normed.at, stride: x.channels * FLOAT_BYTES },
    });
    layer.output.run(normed, x, { signal: x });
    layer.norm.run(x, normed);
    const inner = multiply(team, layer.up, normed);
    team.run('gelu', [inner.at, inner.channels, inner.at], inner.rows);
    layer.down.run(inner, x, { signal: x });
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
