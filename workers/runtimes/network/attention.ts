// Softmax attention of rows to rows. Worker or Node.
import type { NetworkTeam } from './kernels.ts';

export interface AttentionCall {
  /** Heads lie side by side in each row. */
  readonly heads: number;
  /** Channels of a head: a multiple of 4, 8 or more. */
  readonly headSize: number;
  /** What products of queries and keys are multiplied by. */
  readonly scale: number;
  /** Addresses of the first rows, and bytes from row to row. */
  readonly queries: { readonly at: number; readonly stride: number; readonly rows: number };
  /** Up to 3,000 rows, one or more. */
  readonly keys: {
    readonly at: number;
    readonly valuesAt: number;
    readonly stride: number;
    readonly rows: number;
  };
  readonly to: { readonly at: number; readonly stride: number };
  /** Query r sees the keys up to r + `reach`, which is 0 or more. Default: all. */
  readonly reach?: number;
}

/** Of the same queries together, where there are enough of both. */
const SEVERAL = 4;
const BLOCK = 8;

/** A weighted mean of values for each query and head. */
export function attend(team: NetworkTeam, call: AttentionCall): void {
  const { heads, headSize, scale, queries, keys, to, reach = keys.rows } = call;
  const values = [
    ...([queries.at, queries.stride, queries.rows] as const),
    ...([keys.at, keys.valuesAt, keys.stride, keys.rows] as const),
    ...([headSize, scale, reach, to.at, to.stride] as const),
  ] as const;
  if (Math.min(queries.rows, keys.rows) < SEVERAL) {
    team.run('attendSingly', values, heads * queries.rows);
  } else {
    team.run('attend', values, heads * Math.ceil(queries.rows / BLOCK));
  }
}
