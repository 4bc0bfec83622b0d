// Stochastic durations of a VITS voice: from noise to how long each symbol is. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { unitsOf } from '../network/kernels.ts';
import { RowProduct } from '../network/row-product.ts';
import { createRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import { runOnRows, toProduct } from './layers.ts';
import { SeparableConvolutions } from './separable-convolutions.ts';
import { invertSpline } from './spline.ts';

const ROOT = '/dp';
/** The flows that run backwards, in their order. */
const FLOWS = [7, 5, 3];
/** Inputs of a product come in fours, the flows have one. */
const DEPTH = 4;
/** Channels of a signal come in eights. */
const WIDTH = 8;

interface Flow {
  readonly widen: RowProduct;
  readonly convolutions: SeparableConvolutions;
  readonly project: RowProduct;
  readonly parameters: number;
}

export class DurationPredictor {
  readonly #team: NetworkTeam;
  readonly #start: RowProduct;
  readonly #convolutions: SeparableConvolutions;
  readonly #project: RowProduct;
  readonly #flows: readonly Flow[];
  readonly #shift: number;
  readonly #factor: number;

  /** Throws `RangeError` for a graph that does not fit, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: GraphWeights) {
    this.#team = team;
    this.#start = toProduct(team, weights, `${ROOT}/pre/Conv`);
    this.#convolutions = new SeparableConvolutions(team, weights, `${ROOT}/convs`);
    this.#project = toProduct(team, weights, `${ROOT}/proj/Conv`);
    this.#flows = FLOWS.map((index) => toFlow(team, weights, `${ROOT}/flows.${index}`));
    this.#shift = weights.constantOf(`${ROOT}/flows.0/Sub`).values[0] ?? 0;
    this.#factor = weights.constantOf(`${ROOT}/flows.0/Mul`).values[0] ?? 0;
  }

  /** Logarithms of durations in frames, one per row; `noise` has two values for each. Pauses between flows. */
  *run(encoded: Signal, noise: Float32Array): Generator<void, Float32Array> {
    const { memory } = this.#team;
    const { top } = memory;
    const { rows } = encoded;
    const shape = { rows, channels: this.#project.outputs };
    const condition = createRows(memory, shape);
    const work = createRows(memory, shape, this.#convolutions.reach);
    runOnRows(this.#start, { from: encoded, to: work });
    this.#convolutions.run(work);
    runOnRows(this.#project, { from: work, to: condition });
    let [first, second] = [noise.subarray(0, rows), noise.subarray(rows)];
    for (const flow of this.#flows) {
      yield;
      [first, second] = [second, this.#runFlow(flow, { given: second, moved: first, condition })];
    }
    memory.release(top);
    return second.map((value) => (value - this.#shift) * this.#factor);
  }

  /** What `moved` becomes, given the other half. */
  #runFlow(
    { widen, convolutions, project, parameters }: Flow,
    { given, moved, condition }: { given: Float32Array; moved: Float32Array; condition: Signal },
  ): Float32Array {
    const { memory } = this.#team;
    const { top } = memory;
    const { rows, channels } = condition;
    const input = createRows(memory, { rows, channels: WIDTH });
    const work = createRows(memory, condition, convolutions.reach);
    const output = createRows(memory, { rows, channels: project.outputs });
    const inputs = valuesOf(memory, input).fill(0);
    for (const [row, value] of given.entries()) inputs[row * WIDTH] = value;
    runOnRows(widen, { from: input, to: work });
    this.#team.run('addScaled', [work.at, condition.at, 1, channels, rows], unitsOf(rows));
    convolutions.run(work);
    runOnRows(project, { from: work, to: output });
    const outputs = valuesOf(memory, output);
    const scale = 1 / Math.sqrt(channels);
    const values = moved.map((value, row) => {
      const start = row * project.outputs;
      return invertSpline(value, outputs.subarray(start, start + parameters), scale);
    });
    memory.release(top);
    return values;
  }
}

function toFlow(team: NetworkTeam, weights: GraphWeights, root: string): Flow {
  const { weights: taps, bias, dims } = weights.floatConvolution(`${root}/pre/Conv`);
  const [outputs = 0] = dims;
  const wide = new Float32Array(outputs * DEPTH);
  for (const [output, value] of taps.entries()) wide[output * DEPTH] = value;
  return {
    widen: new RowProduct(team, { weights: wide, outputs, depth: DEPTH, bias }),
    convolutions: new SeparableConvolutions(team, weights, `${root}/convs`),
    project: toProduct(team, weights, `${root}/proj/Conv`),
    parameters: weights.floatConvolution(`${root}/proj/Conv`).dims[0] ?? 0,
  };
}
