// The generator of Kokoro: from decoded frames and the harmonics of the pitch to samples. Worker or Node.
import type { KernelTeam } from '../vocoder/kernel-team.ts';
import { RowProduct } from '../vocoder/row-product.ts';
import { clearMargins, createSignal, rowAt, valuesOf } from '../vocoder/signal.ts';
import type { Signal } from '../vocoder/signal.ts';
import { unitsOf } from './adaptive-norm.ts';
import type { NormContext } from './adaptive-norm.ts';
import type { GraphWeights, LayerWeights } from './graph-weights.ts';
import { InverseTransform } from './inverse-transform.ts';
import { ResidualBlock } from './residual-block.ts';

const ROOT = '/decoder/decoder/generator';
const FLOAT_BYTES = 4;
/** Of the decoded frames. */
const CHANNELS = 512;
/** Harmonics are 22 values to a row, kept as 24. */
const HARMONICS = 22;
const ROW = 24;
const SAMPLES_PER_FRAME = 300;
/** Of the silence in front: what is made of it (the voice may begin before its end), and what stands for the rest. */
const KEPT_SILENCE = 12;
const LIKE_SILENCE = [2, 6] as const;
/** Slopes of the activations before the two upsamplings and before the last convolution. */
const SLOPES = [0.1, 0.1, 0.01] as const;

export interface GeneratorInput {
  /** [512, frames], 80 frames to a second, at least four. */
  readonly decoded: Float32Array;
  /** [22, 60 frames + 1]: magnitudes and angles of the source's short-time spectrum. */
  readonly harmonics: Float32Array;
  /** Of a norm: gains less 1, then shifts, [2, channels]. */
  readonly styleOf: NormContext['styleOf'];
  /** So many frames in front are silence. */
  readonly silentFrames: number;
}

export interface GeneratedSpeech {
  /** 24 kHz. */
  readonly pcm: Float32Array;
  /** Samples of the silence in front that were not made. */
  readonly skippedSamples: number;
}

/** Upsamples rows; an activation stands before. */
interface Upsampling {
  readonly product: RowProduct;
  readonly channels: number;
  readonly stride: number;
  readonly padding: number;
}

interface Stage {
  readonly upsampling: Upsampling;
  readonly noise: {
    readonly product: RowProduct;
    readonly stride: number;
    readonly before: number;
  };
  readonly noiseBlock: ResidualBlock;
  readonly blocks: readonly ResidualBlock[];
}

export class Istftnet {
  readonly #team: KernelTeam;
  readonly #stages: readonly [Stage, Stage];
  readonly #last: RowProduct;
  readonly #inverse: InverseTransform;
  /** Factor 1 and offset 0 for up to 512 channels: activations without a norm. */
  readonly #identity: number;

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: KernelTeam, weights: GraphWeights) {
    this.#team = team;
    const block = (name: string) => new ResidualBlock(team, weights, `${ROOT}/${name}`);
    this.#stages = [
      {
        upsampling: toUpsampling(team, weights, { name: 'ups.0', stride: 10, padding: 5 }),
        noise: { product: toNoise(team, weights, 'noise_convs.0'), stride: 6, before: 3 },
        noiseBlock: block('noise_res.0'),
        blocks: [0, 1, 2].map((index) => block(`resblocks.${index}`)),
      },
      {
        upsampling: toUpsampling(team, weights, { name: 'ups.1', stride: 6, padding: 3 }),
        noise: { product: toNoise(team, weights, 'noise_convs.1'), stride: 1, before: 0 },
        noiseBlock: block('noise_res.1'),
        blocks: [3, 4, 5].map((index) => block(`resblocks.${index}`)),
      },
    ];
    const last = weights.floatConvolution(`${ROOT}/conv_post/Conv`);
    this.#last = new RowProduct(team, sideBySide(last, channelsOf(last)));
    this.#inverse = new InverseTransform(
      team,
      weights.floatConvolution(`${ROOT}/istft/stft/ConvTranspose`).weights,
    );
    this.#identity = team.memory.takeFloats(2 * CHANNELS);
  }

  /**
   * 300 samples to a frame; pauses between steps of some milliseconds. Most of the silence in front is left out,
   * but counts for the norms: 98 to 99 % the same (correlation) as with it.
   */
  *run(input: GeneratorInput): Generator<void, GeneratedSpeech> {
    const { memory } = this.#team;
    const { top } = memory;
    const { decoded, harmonics, styleOf } = input;
    const frames = decoded.length / CHANNELS;
    const skipped = Math.max(0, input.silentFrames - KEPT_SILENCE);
    const kept = frames - skipped;
    const like = [LIKE_SILENCE[0] / kept, LIKE_SILENCE[1] / kept] as const;
    const leftOut = skipped === 0 ? null : { length: skipped / kept, like };
    const context = { styleOf, leftOut };
    try {
      const source = this.#place(harmonics, {
        channels: HARMONICS,
        width: ROW,
        skip: 60 * skipped,
      });
      let signal = this.#place(decoded, { channels: CHANNELS, width: CHANNELS, skip: skipped });
      for (const [index, stage] of this.#stages.entries()) {
        const rows = signal.rows * stage.upsampling.stride + index;
        signal = yield* this.#runStage(stage, { signal, source, rows, index, context });
      }
      return { pcm: this.#finish(signal), skippedSamples: skipped * SAMPLES_PER_FRAME };
    } finally {
      memory.release(top);
    }
  }

  *#runStage(
    stage: Stage,
    {
      signal,
      source,
      rows,
      index,
      context,
    }: { signal: Signal; source: Signal; rows: number; index: number; context: NormContext },
  ): Generator<void, Signal> {
    const team = this.#team;
    const { memory } = team;
    const { channels } = stage.upsampling;
    const shape = { rows, channels };
    const x = createSignal(memory, shape);
    const sum = createSignal(memory, shape);
    const { top } = memory;
    const [active, inner, other] = [0, 1, 2].map(() => createSignal(memory, shape)) as [
      Signal,
      Signal,
      Signal,
    ];
    const work = { active, inner, context };
    this.#upsample(stage.upsampling, { from: signal, to: x, index });
    const { product, stride, before } = stage.noise;
    product.run({
      from: rowAt(source, -before),
      stride: stride * ROW * FLOAT_BYTES,
      rows,
      to: other.at,
      toStride: channels * FLOAT_BYTES,
    });
    yield* stage.noiseBlock.run(other, sum, work);
    team.run('addScaled', [x.at, sum.at, 1, channels, rows], unitsOf(rows));
    for (const [place, block] of stage.blocks.entries()) {
      const target = place === 0 ? sum : other;
      yield* block.run(x, target, work);
      if (place === 0) continue;
      const factor = place === stage.blocks.length - 1 ? 1 / stage.blocks.length : 1;
      team.run('addScaled', [sum.at, target.at, factor, channels, rows], unitsOf(rows));
    }
    memory.release(top);
    return sum;
  }

  /** The second upsampling puts a copy of its second row in front. */
  #upsample(
    { product, channels, stride, padding }: Upsampling,
    { from, to, index }: { from: Signal; to: Signal; index: number },
  ): void {
    const { memory } = this.#team;
    this.#leak(from, from, SLOPES[index] ?? 0);
    product.run({
      from: rowAt(from, -1),
      stride: from.channels * FLOAT_BYTES,
      rows: from.rows + 1,
      to: rowAt(to, index - padding),
      toStride: stride * channels * FLOAT_BYTES,
    });
    if (index === 1) valuesOf(memory, to).copyWithin(0, 2 * channels, 3 * channels);
    clearMargins(memory, to);
  }

  #finish(signal: Signal): Float32Array {
    const { memory } = this.#team;
    const active = createSignal(memory, signal);
    const spectra = createSignal(memory, { rows: signal.rows, channels: ROW });
    this.#leak(signal, active, SLOPES[2]);
    this.#last.run({
      from: rowAt(active, -3),
      stride: signal.channels * FLOAT_BYTES,
      rows: signal.rows,
      to: spectra.at,
      toStride: ROW * FLOAT_BYTES,
    });
    return this.#inverse.run(spectra);
  }

  #leak(from: Signal, to: Signal, slope: number): void {
    this.#team.memory.floats(this.#identity, from.channels).fill(1);
    this.#team.memory.floats(this.#identity + from.channels * FLOAT_BYTES, from.channels).fill(0);
    const { at, channels, rows } = from;
    this.#team.run('leak', [at, channels, rows, this.#identity, slope, to.at], unitsOf(rows));
  }

  /** From one row per channel to one row of `width` per step of time, the first `skip` of them left out. */
  #place(
    values: Float32Array,
    { channels, width, skip }: { channels: number; width: number; skip: number },
  ): Signal {
    const length = values.length / channels;
    const rows = length - skip;
    const signal = createSignal(this.#team.memory, { rows, channels: width });
    const target = valuesOf(this.#team.memory, signal);
    if (width > channels) target.fill(0);
    for (let channel = 0; channel < channels; channel++) {
      const start = channel * length + skip;
      for (let row = 0; row < rows; row++) target[row * width + channel] = values[start + row] ?? 0;
    }
    return signal;
  }
}

function channelsOf({ dims }: LayerWeights): number {
  return dims[1] ?? 0;
}

/** Of [outputs, inputs, taps], one row per output: the inputs of the first tap, then those of the next. */
function sideBySide(
  { weights, dims, bias }: LayerWeights,
  width: number,
): { weights: Float32Array; outputs: number; depth: number; bias: Float32Array } {
  const [outputs = 0, inputs = 0, taps = 0] = dims;
  const rows = new Float32Array(outputs * taps * width);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) {
        const value = weights[(output * inputs + input) * taps + tap] ?? 0;
        rows[(output * taps + tap) * width + input] = value;
      }
    }
  }
  return { weights: rows, outputs, depth: taps * width, bias };
}

function toNoise(team: KernelTeam, weights: GraphWeights, name: string): RowProduct {
  return new RowProduct(team, sideBySide(weights.convolution(`${ROOT}/${name}`), ROW));
}

/**
 * A transposed convolution with twice as many taps as its stride: `stride` rows of the result are one product of
 * two neighbouring rows, the earlier of which meets the later half of the taps.
 */
function toUpsampling(
  team: KernelTeam,
  weights: GraphWeights,
  { name, stride, padding }: { name: string; stride: number; padding: number },
): Upsampling {
  const layer = weights.floatConvolution(`${ROOT}/${name}/ConvTranspose`);
  const [inputs = 0, channels = 0, taps = 0] = layer.dims;
  const depth = 2 * inputs;
  const rows = new Float32Array(stride * channels * depth);
  const bias = new Float32Array(stride * channels);
  for (let step = 0; step < stride; step++) {
    bias.set(layer.bias, step * channels);
    for (let channel = 0; channel < channels; channel++) {
      const row = (step * channels + channel) * depth;
      for (let input = 0; input < inputs; input++) {
        const at = (input * channels + channel) * taps + step;
        rows[row + input] = layer.weights[at + stride] ?? 0;
        rows[row + inputs + input] = layer.weights[at] ?? 0;
      }
    }
  }
  const outputs = stride * channels;
  const product = new RowProduct(team, { weights: rows, outputs, depth, bias });
  return { product, channels, stride, padding };
}
