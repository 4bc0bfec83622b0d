// What Moonshine's encoder and decoder have in common: norms, heads, and positions as angles. Worker or Node.
import { LayerNorm } from '../network/layer-norm.ts';
import type { ByteProduct } from '../network/byte-product.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { createRows } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { MoonshineWeights } from './moonshine-weights.ts';

export const FLOAT_BYTES = 4;
export const HEADS = 8;
/** Of each head, so many pairs of channels are turned by the position; the rest stays. */
const TURNED_PAIRS = 16;
/** The slowest pair turns by one over this in a step, almost. */
const BASE = 10_000;
const NORM_EPSILON = 1e-5;

export function createNorm(team: NetworkTeam, weights: MoonshineWeights, name: string): LayerNorm {
  const factors = weights.vector(`${name}.weight`);
  return new LayerNorm(team, { weights: factors, bias: null, epsilon: NORM_EPSILON });
}

/** Cosines and sines of so many positions from `first` on, in memory taken for them; their address. */
export function takeAngles(
  { memory }: NetworkTeam,
  { first, rows }: { first: number; rows: number },
): number {
  const at = memory.takeFloats(rows * TURNED_PAIRS * 2);
  const angles = memory.floats(at, rows * TURNED_PAIRS * 2);
  for (let pair = 0; pair < TURNED_PAIRS; pair++) {
    const step = BASE ** (-pair / TURNED_PAIRS);
    for (let row = 0; row < rows; row++) {
      const place = (row * TURNED_PAIRS + pair) * 2;
      angles[place] = Math.cos((first + row) * step);
      angles[place + 1] = Math.sin((first + row) * step);
    }
  }
  return at;
}

/** Turns queries and keys, which lie in front of the values in each row. */
export function rotate(team: NetworkTeam, { at, channels, rows }: Signal, angles: number): void {
  const headSize = channels / 3 / HEADS;
  const values = [at, channels * FLOAT_BYTES, 2 * HEADS, headSize, TURNED_PAIRS, angles] as const;
  team.run('rotate', values, rows);
}

/** All rows of `from` times a matrix, into new ones. */
export function multiply({ memory }: NetworkTeam, product: ByteProduct, from: Signal): Signal {
  const to = createRows(memory, { rows: from.rows, channels: product.outputs });
  product.run(from, to);
  return to;
}
