// The generator of Kokoro: from decoded frames and the harmonics of the pitch to samples. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { leakyRelu } from '../network/leaky-relu.ts';
import { RowProduct, sideBySide } from '../network/row-product.ts';
import { clearMargins, createSignal, rowAt, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import { unitsOf } from '../network/kernels.ts';
import { Upsampling } from '../network/upsampling.ts';
import type { NormContext } from './adaptive-norm.ts';
import { InverseTransform } from './inverse-transform.ts';
import { ResidualBlock } from './residual-block.ts';
import { abridge } from './silence.ts';
import type { Stretch } from './silence.ts';
import type { KokoroWeights } from './style-block.ts';

const ROOT = '/decoder/decoder/generator';
const FLOAT_BYTES = 4;
/** Harmonics are 22 values to a row, kept as 24. */
const ROW = 24;
/** Rows of them to a frame. */
const FRAME_ROWS = 60;
const SAMPLES_PER_FRAME = 300;
/** Slopes of the activations before the two upsamplings and before the last convolution. */
const SLOPES = [0.1, 0.1, 0.01] as const;

export interface GeneratorInput {
  /** 512 channels, 80 frames to a second, at least four. Overwritten. */
  readonly decoded: Signal;
  /** 60 rows for each frame and one more: magnitudes and angles of the source's short-time spectrum. Overwritten. */
  readonly harmonics: Signal;
  readonly style: Signal;
  /** Of each frame, as the prosody draws it. */
  readonly loudness: Float32Array;
}

export interface GeneratedSpeech {
  /** 24 kHz. */
  readonly pcm: Float32Array;
  /** Samples of the silence in front that were not made. */
  readonly skippedSamples: number;
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
  readonly #team: NetworkTeam;
  readonly #stages: readonly [Stage, Stage];
  readonly #last: RowProduct;
  readonly #inverse: InverseTransform;

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: NetworkTeam, weights: KokoroWeights) {
    const { floats } = weights;
    this.#team = team;
    const block = (name: string) => new ResidualBlock(team, weights, `${ROOT}/${name}`);
    const upsampling = (name: string) =>
      new Upsampling(team, floats.floatConvolution(`${ROOT}/${name}/ConvTranspose`));
    const noise = (name: string) =>
      new RowProduct(team, sideBySide(floats.convolution(`${ROOT}/${name}`), ROW));
    this.#stages = [
      {
        upsampling: upsampling('ups.0'),
        noise: { product: noise('noise_convs.0'), stride: 6, before: 3 },
        noiseBlock: block('noise_res.0'),
        blocks: [0, 1, 2].map((index) => block(`resblocks.${index}`)),
      },
      {
        upsampling: upsampling('ups.1'),
        noise: { product: noise('noise_convs.1'), stride: 1, before: 0 },
        noiseBlock: block('noise_res.1'),
        blocks: [3, 4, 5].map((index) => block(`resblocks.${index}`)),
      },
    ];
    this.#last = new RowProduct(
      team,
      sideBySide(floats.floatConvolution(`${ROOT}/conv_post/Conv`)),
    );
    this.#inverse = new InverseTransform(
      team,
      floats.floatConvolution(`${ROOT}/istft/stft/ConvTranspose`).weights,
    );
  }

  /**
   * 300 samples to a frame; pauses between steps of some milliseconds. Most of the silence at both ends is left out,
   * but counts for the norms.
   */
  *run(input: GeneratorInput): Generator<void, GeneratedSpeech> {
    const { memory } = this.#team;
    const { top } = memory;
    const { decoded, harmonics, loudness, style } = input;
    const { stretches, skipped, leftOut } = abridge(loudness);
    const context = { style, leftOut };
    try {
      const source = this.#keep(harmonics, stretches, FRAME_ROWS);
      let signal = this.#keep(decoded, stretches, 1);
      for (const [index, stage] of this.#stages.entries()) {
        const rows = signal.rows * stage.upsampling.stride + index;
        signal = yield* this.#runStage(stage, { signal, source, rows, index, context });
      }
      return { pcm: this.#finish(signal), skippedSamples: skipped * SAMPLES_PER_FRAME };
    } finally {
      memory.release(top);
    }
  }

  /** Moves the rows of some frames together; those behind the last frame stay behind it. */
  #keep(signal: Signal, stretches: readonly Stretch[], rowsPerFrame: number): Signal {
    const { memory } = this.#team;
    const { at, channels } = signal;
    const values = valuesOf(memory, signal);
    let rows = 0;
    for (const [index, { from, to }] of stretches.entries()) {
      const isLast = index === stretches.length - 1;
      const [first, end] = [from * rowsPerFrame, isLast ? signal.rows : to * rowsPerFrame];
      values.copyWithin(rows * channels, first * channels, end * channels);
      rows += end - first;
    }
    const kept = { at, rows, channels };
    clearMargins(memory, kept);
    return kept;
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
    upsampling: Upsampling,
    { from, to, index }: { from: Signal; to: Signal; index: number },
  ): void {
    leakyRelu(this.#team, { from: from, to: from, slope: SLOPES[index] ?? 0 });
    upsampling.run(from, to, index);
    if (index === 1) {
      const { channels } = upsampling;
      valuesOf(this.#team.memory, to).copyWithin(0, 2 * channels, 3 * channels);
    }
  }

  #finish(signal: Signal): Float32Array {
    const { memory } = this.#team;
    const active = createSignal(memory, signal);
    const spectra = createSignal(memory, { rows: signal.rows, channels: ROW });
    leakyRelu(this.#team, { from: signal, to: active, slope: SLOPES[2] });
    this.#last.run({
      from: rowAt(active, -3),
      stride: signal.channels * FLOAT_BYTES,
      rows: signal.rows,
      to: spectra.at,
      toStride: ROW * FLOAT_BYTES,
    });
    return this.#inverse.run(spectra);
  }
}
