// A HiFi-GAN generator with plain residual blocks, as in Piper's voices: from frames to samples. Worker or Node.
import type { GraphWeights, LayerWeights } from '../onnx-graph/graph-weights.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { unitsOf } from '../network/kernels.ts';
import { leakyRelu } from '../network/leaky-relu.ts';
import { RowProduct, sideBySide } from '../network/row-product.ts';
import { cutRows, createSignal, rowAt, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import { SpectralConvolution } from '../network/spectral-convolution.ts';
import { Upsampling } from '../network/upsampling.ts';

const ROOT = '/dec';
const FLOAT_BYTES = 4;
/** Slopes of all activations but the last, and of that one. */
const SLOPE = 0.1;
const LAST_SLOPE = 0.01;
/** Outputs of a product come in eights; the last convolution has one. */
const LAST_ROW = 8;
/** Of each upsampling. */
const BLOCKS_PER_STAGE = 3;

interface Step {
  readonly convolution: SpectralConvolution;
  /** Rows on either side that go into one. */
  readonly reach: number;
  readonly dilation: number;
}

interface Stage {
  readonly upsampling: Upsampling;
  /** Blocks of convolutions, each with what went into it added. */
  readonly blocks: readonly (readonly Step[])[];
}

/** Half the taps of the first and of the last convolution. */
interface Ends {
  readonly first: { readonly product: RowProduct; readonly reach: number };
  readonly last: { readonly product: RowProduct; readonly reach: number };
}

export class HifiGan {
  /** Frames on either side that a frame's samples depend on. */
  readonly context: number;
  readonly #team: NetworkTeam;
  readonly #ends: Ends;
  readonly #stages: readonly Stage[];

  /** Whether the graph has such a generator, without a speaker's vector in it. */
  static fits(weights: GraphWeights): boolean {
    return (
      weights.has(`${ROOT}/conv_pre/Conv`) &&
      weights.has(`${ROOT}/resblocks.0/convs.0/Conv`) &&
      !weights.has(`${ROOT}/cond/Conv`)
    );
  }

  /** Throws `RangeError` for a graph that does not fit, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: GraphWeights) {
    const first = weights.floatConvolution(`${ROOT}/conv_pre/Conv`);
    const last = weights.floatConvolution(`${ROOT}/conv_post/Conv`);
    this.#team = team;
    this.#ends = {
      first: toEnd(team, first),
      last: toEnd(team, last),
    };
    this.#stages = toStages(team, weights);
    this.context = toContext(this.#ends, this.#stages);
  }

  /**
   * The samples of the frames from `from` to `to`, four or more, as they are in a run over all of them; pauses between
   * steps of some milliseconds. Reads {@link HifiGan.context} rows on either side.
   */
  *run(latents: Signal, { from, to }: { from: number; to: number }): Generator<void, Float32Array> {
    const { memory } = this.#team;
    const { top } = memory;
    try {
      const first = Math.max(0, from - this.context);
      const end = Math.min(latents.rows, to + this.context);
      const frames = cutRows(memory, latents, { first, end });
      let signal = this.#begin(frames);
      for (const stage of this.#stages) signal = yield* this.#runStage(stage, signal);
      const samplesPerFrame = signal.rows / frames.rows;
      return this.#finish(signal).slice(
        (from - first) * samplesPerFrame,
        (to - first) * samplesPerFrame,
      );
    } finally {
      memory.release(top);
    }
  }

  #begin(frames: Signal): Signal {
    const { product, reach } = this.#ends.first;
    const signal = createSignal(this.#team.memory, {
      rows: frames.rows,
      channels: product.outputs,
    });
    product.run({
      from: rowAt(frames, -reach),
      stride: frames.channels * FLOAT_BYTES,
      rows: frames.rows,
      to: signal.at,
      toStride: product.outputs * FLOAT_BYTES,
    });
    return signal;
  }

  *#runStage({ upsampling, blocks }: Stage, from: Signal): Generator<void, Signal> {
    const team = this.#team;
    const { memory } = team;
    const { channels, stride } = upsampling;
    const rows = from.rows * stride;
    const shape = { rows, channels };
    const sum = createSignal(memory, shape);
    const { top } = memory;
    const x = createSignal(memory, shape);
    const other = createSignal(memory, shape);
    const active = createSignal(memory, shape);
    leakyRelu(this.#team, { from: from, to: from, slope: SLOPE });
    upsampling.run(from, x, 0);
    for (const [place, block] of blocks.entries()) {
      const target = place === 0 ? sum : other;
      let current = x;
      for (const { convolution, dilation } of block) {
        leakyRelu(this.#team, { from: current, to: active, slope: SLOPE });
        convolution.run(active, target, { dilation, residual: current });
        current = target;
        yield;
      }
      if (place === 0) continue;
      const factor = place === blocks.length - 1 ? 1 / blocks.length : 1;
      team.run('addScaled', [sum.at, target.at, factor, channels, rows], unitsOf(rows));
    }
    memory.release(top);
    return sum;
  }

  #finish(signal: Signal): Float32Array {
    const { memory } = this.#team;
    const { product, reach } = this.#ends.last;
    const { rows, channels } = signal;
    const active = createSignal(memory, { rows, channels });
    const samples = createSignal(memory, { rows, channels: LAST_ROW });
    leakyRelu(this.#team, { from: signal, to: active, slope: LAST_SLOPE });
    product.run({
      from: rowAt(active, -reach),
      stride: channels * FLOAT_BYTES,
      rows,
      to: samples.at,
      toStride: LAST_ROW * FLOAT_BYTES,
    });
    const values = valuesOf(memory, samples);
    return Float32Array.from({ length: rows }, (_, row) => Math.tanh(values[row * LAST_ROW] ?? 0));
  }
}

function toStages(team: NetworkTeam, weights: GraphWeights): Stage[] {
  const stages: Stage[] = [];
  for (let index = 0; ; index++) {
    const name = `${ROOT}/ups.${index}/ConvTranspose`;
    if (!weights.has(name)) return stages;
    const upsampling = new Upsampling(team, weights.floatConvolution(name));
    const blocks = Array.from({ length: BLOCKS_PER_STAGE }, (_, place) =>
      toSteps(team, weights, `${ROOT}/resblocks.${index * BLOCKS_PER_STAGE + place}`),
    );
    stages.push({ upsampling, blocks });
  }
}

function toSteps(team: NetworkTeam, weights: GraphWeights, block: string): Step[] {
  const steps: Step[] = [];
  for (let index = 0; weights.has(`${block}/convs.${index}/Conv`); index++) {
    const layer = weights.floatConvolution(`${block}/convs.${index}/Conv`);
    const { weights: taps, dims, bias, dilation } = layer;
    const [outputs = 0, inputs = 0, count = 0] = dims;
    const convolution = new SpectralConvolution(team, { taps, outputs, inputs, count, bias });
    steps.push({ convolution, dilation, reach: ((count - 1) / 2) * dilation });
  }
  return steps;
}

function toContext({ first, last }: Ends, stages: readonly Stage[]): number {
  let rowsPerFrame = 1;
  let frames = first.reach;
  for (const { upsampling, blocks } of stages) {
    // A row out is made of two neighbouring rows in.
    frames += 1 / rowsPerFrame;
    rowsPerFrame *= upsampling.stride;
    const reaches = blocks.map((steps) => steps.reduce((sum, { reach }) => sum + reach, 0));
    frames += Math.max(...reaches) / rowsPerFrame;
  }
  return Math.ceil(frames + last.reach / rowsPerFrame);
}

function toEnd(team: NetworkTeam, layer: LayerWeights): { product: RowProduct; reach: number } {
  const taps = layer.dims[2] ?? 1;
  return { product: new RowProduct(team, sideBySide(layer)), reach: (taps - 1) / 2 };
}
