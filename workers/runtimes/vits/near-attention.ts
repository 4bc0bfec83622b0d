// Attention that knows how far apart two rows are, up to a few. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { RowProduct } from '../network/row-product.ts';
import { createRows } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import { placeValues, runOnRows, toProduct } from './layers.ts';

/** All rows to all rows, in heads. */
export class NearAttention {
  readonly #team: NetworkTeam;
  readonly #project: RowProduct;
  readonly #finish: RowProduct;
  readonly #nearKeys: number;
  readonly #nearValues: number;
  readonly #headSize: number;
  readonly #reach: number;

  /** Throws `RangeError` when the graph has no such layer, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: GraphWeights, layer: string) {
    const keys = weights.constantOf(`${layer}/Pad`);
    const [, distances = 1, headSize = 0] = keys.dims;
    this.#team = team;
    this.#headSize = headSize;
    this.#reach = (distances - 1) / 2;
    this.#project = toProjection(team, weights, { layer, headSize });
    this.#finish = toProduct(team, weights, `${layer}/conv_o/Conv`);
    this.#nearKeys = placeValues(team, keys.values);
    this.#nearValues = placeValues(team, weights.constantOf(`${layer}/Pad_5`).values);
  }

  /** What is to be added to the rows, in a new signal. */
  run(from: Signal): Signal {
    const { memory } = this.#team;
    const { rows, channels } = from;
    const parts = createRows(memory, { rows, channels: 3 * channels });
    const seen = createRows(memory, { rows, channels });
    const to = createRows(memory, { rows, channels });
    runOnRows(this.#project, { from, to: parts });
    this.#team.run(
      'attendNear',
      [
        ...([parts.at, channels / this.#headSize, this.#headSize, rows] as const),
        ...([this.#reach, this.#nearKeys, this.#nearValues, seen.at] as const),
      ],
      rows,
    );
    runOnRows(this.#finish, { from: seen, to });
    return to;
  }
}

/** Queries, keys and values in one product; queries are scaled as they are made. */
function toProjection(
  team: NetworkTeam,
  graph: GraphWeights,
  { layer, headSize }: { layer: string; headSize: number },
): RowProduct {
  const layers = ['q', 'k', 'v'].map((part) =>
    graph.floatConvolution(`${layer}/conv_${part}/Conv`),
  );
  const depth = layers[0]?.dims[1] ?? 0;
  const weights = new Float32Array(3 * depth * depth);
  const bias = new Float32Array(3 * depth);
  const scale = 1 / Math.sqrt(headSize);
  for (const [place, part] of layers.entries()) {
    const factor = place === 0 ? scale : 1;
    weights.set(
      part.weights.map((value) => value * factor),
      place * depth * depth,
    );
    bias.set(
      part.bias.map((value) => value * factor),
      place * depth,
    );
  }
  return new RowProduct(team, { weights, outputs: 3 * depth, depth, bias });
}
