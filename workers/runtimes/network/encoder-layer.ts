// A layer of a transformer that looks both ways: attention and two products, each over a norm and added to what went
// in. Worker or Node.
import type { LinearMemory } from '../linear-memory.ts';
import { attend } from './attention.ts';
import type { ByteProduct } from './byte-product.ts';
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
    parts.attention.run(normed, attention);
    this.#attend(attention, mixed);
    parts.attentionOut.run(mixed, x, { signal: x });
    parts.norm.run(x, normed);
    parts.wide.run(normed, wide);
    this.#team.run('gelu', [wide.at, wide.channels, wide.at], wide.rows);
    parts.wideOut.run(wide, x, { signal: x });
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
}
