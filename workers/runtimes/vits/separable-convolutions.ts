// Convolutions of each channel by itself, ever further apart, with products of all channels between. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { unitsOf } from '../network/kernels.ts';
import type { RowProduct } from '../network/row-product.ts';
import type { LayerNorm } from '../network/layer-norm.ts';
import { createRows, rowAt } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import { placeValues, runOnRows, toNorm, toProduct } from './layers.ts';

interface Layer {
  /** Addresses of f32 [taps][channels] and [channels]. */
  readonly filter: number;
  readonly bias: number;
  readonly taps: number;
  readonly dilation: number;
  readonly filterNorm: LayerNorm;
  readonly product: RowProduct;
  readonly norm: LayerNorm;
}

export class SeparableConvolutions {
  /** Rows of zeros that are read on either side of a signal. */
  readonly reach: number;
  readonly #team: NetworkTeam;
  readonly #layers: readonly Layer[];

  /** Throws `RangeError` when the graph does not have them, or without memory for their weights. */
  constructor(team: NetworkTeam, weights: GraphWeights, root: string) {
    const layers: Layer[] = [];
    while (weights.has(`${root}/convs_sep.${layers.length}/Conv`)) {
      layers.push(toLayer(team, weights, { root, index: layers.length }));
    }
    this.#team = team;
    this.#layers = layers;
    this.reach = Math.max(...layers.map(({ taps, dilation }) => ((taps - 1) / 2) * dilation));
  }

  /** In place; four or more rows, with rows of zeros around them. */
  run(x: Signal): void {
    const team = this.#team;
    const { memory } = team;
    const { channels, rows } = x;
    const { top } = memory;
    const filtered = createRows(memory, x);
    const mixed = createRows(memory, x);
    for (const { filter, bias, taps, dilation, filterNorm, product, norm } of this.#layers) {
      const first = rowAt(x, -((taps - 1) / 2) * dilation);
      team.run(
        'filterRows',
        [first, channels, rows, taps, dilation, filter, bias, filtered.at],
        unitsOf(rows),
      );
      filterNorm.run(filtered, filtered);
      team.run('gelu', [filtered.at, channels, filtered.at], rows);
      runOnRows(product, { from: filtered, to: mixed });
      norm.run(mixed, mixed);
      team.run('gelu', [mixed.at, channels, mixed.at], rows);
      team.run('addScaled', [x.at, mixed.at, 1, channels, rows], unitsOf(rows));
    }
    memory.release(top);
  }
}

function toLayer(
  team: NetworkTeam,
  graph: GraphWeights,
  { root, index }: { root: string; index: number },
): Layer {
  const { weights, dims, bias, dilation } = graph.floatConvolution(
    `${root}/convs_sep.${index}/Conv`,
  );
  const [channels = 0, , taps = 1] = dims;
  const filter = Float32Array.from(weights, (_, at) => {
    return weights[(at % channels) * taps + Math.floor(at / channels)] ?? 0;
  });
  return {
    ...{ filter: placeValues(team, filter), bias: placeValues(team, bias), taps, dilation },
    filterNorm: toNorm(team, graph, `${root}/norms_1.${index}`),
    product: toProduct(team, graph, `${root}/convs_1x1.${index}/Conv`),
    norm: toNorm(team, graph, `${root}/norms_2.${index}`),
  };
}
