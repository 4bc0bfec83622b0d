// A layer of a transformer that looks both ways: attention and two products, each over a norm and added to what went
// in. Worker or Node.
import type { LinearMemory } from '../linear-memory.ts';
import { attend } from './attention.ts';
import type { ByteProduct } from './byte-product.ts';
import { unitsOf } from './kernels.ts';
import type { NetworkTeam } from './kernels.ts';
import type { LayerNorm } from './layer-norm.ts';
import { createRows } from './signal.ts';
import type { Signal } from './signal.ts';

const FLOAT_BYTES = 4;

export interface EncoderLayerParts {
  readonly attentionNorm: LayerNorm;
  /** Queries, keys and values side by side. */
  readonly attention: ByteProduct;
  readonly attentionOut: ByteProduct;
  readonly norm: LayerNorm;
  readonly wide: ByteProduct;
  readonly wideOut: ByteProduct;
}

/** What a layer writes on its way; all layers can share it. */
export interface EncoderRoom {
  readonly normed: Signal;
  readonly attention: Signal;
  readonly mixed: Signal;
  readonly wide: Signal;
}

/** Throws `RangeError` when there is no more memory. */
export function createEncoderRoom(
  memory: LinearMemory,
  shape: { readonly rows: number; readonly channels: number; readonly wideChannels: number },
): EncoderRoom {
  const { rows, channels, wideChannels } = shape;
  return {
    normed: createRows(memory, { rows, channels }),
    attention: createRows(memory, { rows, channels: 3 * channels }),
    mixed: createRows(memory, { rows, channels }),
    wide: createRows(memory, { rows, channels: wideChannels }),
  };
}

export class EncoderLayer {
  readonly #team: NetworkTeam;
  readonly #parts: EncoderLayerParts;
  readonly #heads: number;

  constructor(
    team: NetworkTeam,
    { heads, ...parts }: EncoderLayerParts & { readonly heads: number },
  ) {
    this.#team = team;
    this.#parts = parts;
    this.#heads = heads;
  }

  /** In place. */
  run(x: Signal, { normed, attention, mixed, wide }: EncoderRoom): void {
    const parts = this.#parts;
    parts.attentionNorm.run(x, normed);
    multiply(parts.attention, normed, attention);
    this.#attend(attention, mixed);
    multiply(parts.attentionOut, mixed, normed);
    this.#add(x, normed);
    parts.norm.run(x, normed);
    multiply(parts.wide, normed, wide);
    this.#team.run('gelu', [wide.at, wide.channels, wide.at], wide.rows);
    multiply(parts.wideOut, wide, normed);
    this.#add(x, normed);
  }

  #attend(from: Signal, to: Signal): void {
    const { at, rows, channels } = from;
    const stride = channels * FLOAT_BYTES;
    const headSize = to.channels / this.#heads;
    attend(this.#team, {
      ...{ heads: this.#heads, headSize, scale: 1 / Math.sqrt(headSize) },
      queries: { at, stride, rows },
      keys: { at: at + stride / 3, valuesAt: at + (2 * stride) / 3, stride, rows },
      to: { at: to.at, stride: to.channels * FLOAT_BYTES },
    });
  }

  #add(x: Signal, more: Signal): void {
    const { at, channels, rows } = x;
    this.#team.run('addScaled', [at, more.at, 1, channels, rows], unitsOf(rows));
  }
}

/** All rows. */
export function multiply(product: ByteProduct, from: Signal, to: Signal): void {
  product.run({
    ...{ from: from.at, stride: from.channels * FLOAT_BYTES, rows: from.rows },
    ...{ to: to.at, toStride: to.channels * FLOAT_BYTES },
  });
}
