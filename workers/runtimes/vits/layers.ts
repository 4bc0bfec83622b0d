// Layers of a VITS graph: convolutions as products of rows, and norms. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { LayerNorm } from '../network/layer-norm.ts';
import { RowProduct, sideBySide } from '../network/row-product.ts';
import { rowAt } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';

const FLOAT_BYTES = 4;
const EPSILON = 1e-5;

/** Throws `RangeError` when the graph has no such layer, or without memory for its weights. */
export function toProduct(team: NetworkTeam, weights: GraphWeights, name: string): RowProduct {
  const layer = weights.floatConvolution(name);
  if (layer.dilation !== 1) throw new RangeError(`onnx: ${name} is dilated`);
  return new RowProduct(team, sideBySide(layer));
}

/** A norm of each row over its channels. Throws as {@link toProduct}. */
export function toNorm(team: NetworkTeam, weights: GraphWeights, name: string): LayerNorm {
  return new LayerNorm(team, {
    weights: weights.constantOf(`${name}/Mul`).values,
    bias: weights.constantOf(`${name}/Add_1`).values,
    epsilon: EPSILON,
  });
}

/** The address of a copy in linear memory. */
export function placeValues({ memory }: NetworkTeam, values: Float32Array): number {
  const at = memory.takeFloats(values.length);
  memory.floats(at, values.length).set(values);
  return at;
}

export interface RowsCall {
  readonly from: Signal;
  /** As wide as the product. */
  readonly to: Signal;
  /** Rows in front of a row that its product begins with: half the taps. Default 0. */
  readonly reach?: number;
  /** Default: all, which are four or more. */
  readonly rows?: { readonly first: number; readonly end: number };
}

/** Each row of the result from the rows around it. */
export function runOnRows(product: RowProduct, { from, to, reach = 0, rows }: RowsCall): void {
  const { first = 0, end = from.rows } = rows ?? {};
  product.run({
    from: rowAt(from, first - reach),
    stride: from.channels * FLOAT_BYTES,
    rows: end - first,
    to: rowAt(to, first),
    toStride: to.channels * FLOAT_BYTES,
  });
}
