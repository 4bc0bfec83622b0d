// One coupling of a VITS flow, backwards: one half of the channels moves by what a WaveNet makes of the other half.
// Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { unitsOf } from '../network/kernels.ts';
import { RowProduct, sideBySide } from '../network/row-product.ts';
import { createRows, rowAt } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights, LayerWeights } from '../onnx-graph/graph-weights.ts';
import { runOnRows } from './layers.ts';

const FLOAT_BYTES = 4;

interface Layer {
  readonly reach: number;
  /** What the gates are made of. */
  readonly filter: RowProduct;
  /** What is added to what the next layer filters; null for the last. */
  readonly residual: RowProduct | null;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export class Coupling {
  /** Rows on either side that a row depends on. */
  readonly reach: number;
  readonly #team: NetworkTeam;
  readonly #isFlipped: boolean;
  readonly #half: number;
  readonly #start: RowProduct;
  readonly #layers: readonly Layer[];
  /** The gates of all layers, side by side, to what is taken away. */
  readonly #skip: RowProduct;
  readonly #finish: RowProduct;

  /**
   * Flipped: the channels come in reverse, and so the other half moves. Throws `RangeError` for a graph that does not
   * fit, or without memory for its weights.
   */
  constructor(
    team: NetworkTeam,
    weights: GraphWeights,
    { root, isFlipped }: { root: string; isFlipped: boolean },
  ) {
    const start = weights.floatConvolution(`${root}/pre/Conv`);
    const finish = weights.floatConvolution(`${root}/post/Conv`);
    const layers = readLayers(weights, root);
    this.#team = team;
    this.#isFlipped = isFlipped;
    this.#half = start.dims[1] ?? 0;
    this.#start = new RowProduct(team, sideBySide(isFlipped ? reverseInputs(start) : start));
    this.#layers = layers.map((layer) => toLayer(team, layer));
    this.#skip = new RowProduct(team, joinSkips(layers.map(({ mixed }) => mixed)));
    const taken = negate(isFlipped ? reverseOutputs(finish) : finish);
    this.#finish = new RowProduct(team, sideBySide(taken));
    this.reach = this.#layers.reduce((sum, { reach }) => sum + reach, 0);
  }

  /** Moves the rows of the span, four or more, in place; pauses between layers. */
  *run(latents: Signal, span: Span): Generator<void> {
    const { memory } = this.#team;
    const { top } = memory;
    const channels = this.#start.outputs;
    const around = (reach: number): { first: number; end: number } => ({
      first: Math.max(0, span.from - reach),
      end: Math.min(latents.rows, span.to + reach),
    });
    const { first: origin, end } = around(this.reach);
    const shape = { rows: end - origin, channels };
    const x = createRows(memory, shape, this.reach);
    const filtered = createRows(memory, { ...shape, channels: 2 * channels });
    const gates = createRows(memory, { ...shape, channels: this.#layers.length * channels });
    const residuals = createRows(memory, shape);
    this.#begin(latents, x, origin);
    let { reach } = this;
    for (const [place, layer] of this.#layers.entries()) {
      reach -= layer.reach;
      const rows = around(reach);
      const inside = { first: rows.first - origin, end: rows.end - origin };
      runOnRows(layer.filter, { from: x, to: filtered, reach: layer.reach, rows: inside });
      const gated = rowAt(gates, inside.first) + place * channels * FLOAT_BYTES;
      this.#gate({ from: filtered, to: gated, toStride: gates.channels * FLOAT_BYTES }, inside);
      if (layer.residual !== null) {
        this.#add(layer.residual, { from: gated, stride: gates.channels, residuals, x }, inside);
      }
      yield;
    }
    const rows = { first: span.from - origin, end: span.to - origin };
    runOnRows(this.#skip, { from: gates, to: x, rows });
    this.#end(latents, { x, span, first: rows.first });
    memory.release(top);
  }

  #begin(latents: Signal, x: Signal, origin: number): void {
    this.#start.run({
      from: rowAt(latents, origin) + (this.#isFlipped ? this.#half * FLOAT_BYTES : 0),
      stride: latents.channels * FLOAT_BYTES,
      rows: x.rows,
      to: x.at,
      toStride: x.channels * FLOAT_BYTES,
    });
  }

  #gate(
    { from, to, toStride }: { from: Signal; to: number; toStride: number },
    { first, end }: { first: number; end: number },
  ): void {
    const rows = end - first;
    this.#team.run(
      'gateTanh',
      [rowAt(from, first), from.channels / 2, rows, to, toStride],
      unitsOf(rows),
    );
  }

  #add(
    product: RowProduct,
    { from, stride, residuals, x }: { from: number; stride: number; residuals: Signal; x: Signal },
    { first, end }: { first: number; end: number },
  ): void {
    const rows = end - first;
    const at = rowAt(residuals, first);
    const toStride = residuals.channels * FLOAT_BYTES;
    product.run({ from, stride: stride * FLOAT_BYTES, rows, to: at, toStride });
    this.#team.run('addScaled', [rowAt(x, first), at, 1, x.channels, rows], unitsOf(rows));
  }

  #end(latents: Signal, { x, span, first }: { x: Signal; span: Span; first: number }): void {
    const rows = span.to - span.from;
    const moves = createRows(this.#team.memory, { rows, channels: this.#half });
    const stride = moves.channels * FLOAT_BYTES;
    this.#finish.run({
      ...{ from: rowAt(x, first), stride: x.channels * FLOAT_BYTES, rows },
      ...{ to: moves.at, toStride: stride },
    });
    const target = rowAt(latents, span.from) + (this.#isFlipped ? 0 : this.#half * FLOAT_BYTES);
    this.#team.run(
      'addRows',
      [target, latents.channels * FLOAT_BYTES, moves.at, stride, this.#half, rows],
      unitsOf(rows),
    );
  }
}

interface RawLayer {
  readonly filter: LayerWeights;
  /** Residuals first, if there are any, then what is skipped to the end. */
  readonly mixed: LayerWeights;
}

function readLayers(weights: GraphWeights, root: string): RawLayer[] {
  const layers: RawLayer[] = [];
  const name = (kind: string): string => `${root}/enc/${kind}.${layers.length}/Conv`;
  while (weights.has(name('in_layers'))) {
    const filter = weights.floatConvolution(name('in_layers'));
    if (filter.dilation !== 1) throw new RangeError(`onnx: ${name('in_layers')} is dilated`);
    layers.push({ filter, mixed: weights.floatConvolution(name('res_skip_layers')) });
  }
  return layers;
}

function toLayer(team: NetworkTeam, { filter, mixed }: RawLayer): Layer {
  const [outputs = 0, channels = 0] = mixed.dims;
  const [, , taps = 1] = filter.dims;
  return {
    reach: (taps - 1) / 2,
    filter: new RowProduct(team, sideBySide(filter)),
    residual:
      outputs === channels
        ? null
        : new RowProduct(team, {
            weights: mixed.weights.subarray(0, channels * channels),
            ...{ outputs: channels, depth: channels, bias: mixed.bias.subarray(0, channels) },
          }),
  };
}

function joinSkips(mixed: readonly LayerWeights[]) {
  const channels = mixed[0]?.dims[1] ?? 0;
  const depth = mixed.length * channels;
  const weights = new Float32Array(channels * depth);
  const bias = new Float32Array(channels);
  for (const [place, layer] of mixed.entries()) {
    const first = (layer.dims[0] ?? 0) - channels;
    for (let output = 0; output < channels; output++) {
      const start = (first + output) * channels;
      const row = layer.weights.subarray(start, start + channels);
      weights.set(row, output * depth + place * channels);
      bias[output] = (bias[output] ?? 0) + (layer.bias[first + output] ?? 0);
    }
  }
  return { weights, outputs: channels, depth, bias };
}

function negate({ weights, bias, ...layer }: LayerWeights): LayerWeights {
  return { ...layer, weights: weights.map((value) => -value), bias: bias.map((value) => -value) };
}

function reverseOutputs({ weights, bias, ...layer }: LayerWeights): LayerWeights {
  const [outputs = 0, inputs = 0] = layer.dims;
  const reversed = new Float32Array(weights.length);
  for (let output = 0; output < outputs; output++) {
    const row = weights.subarray(output * inputs, (output + 1) * inputs);
    reversed.set(row, (outputs - 1 - output) * inputs);
  }
  return { ...layer, weights: reversed, bias: bias.toReversed() };
}

function reverseInputs({ weights, ...layer }: LayerWeights): LayerWeights {
  const [outputs = 0, inputs = 0] = layer.dims;
  const reversed = weights.slice();
  for (let output = 0; output < outputs; output++) {
    reversed.subarray(output * inputs, (output + 1) * inputs).reverse();
  }
  return { ...layer, weights: reversed };
}
