// A residual block of Kokoro's decoder and prosody: two convolutions, each behind a norm. Worker or Node.
import { ByteProduct } from '../network/byte-product.ts';
import type { Residual } from '../network/byte-product.ts';
import { unitsOf } from '../network/kernels.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { createRows, repeatRows } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import type { QuantisedLayers } from '../onnx-graph/quantised-layers.ts';
import { LeakyNorm, StyleLayer } from './adaptive-norm.ts';
import type { NormContext } from './adaptive-norm.ts';

const SLOPE = 0.2;
/** The sum of both ways through the block is as loud as one of them. */
const GAIN = Math.SQRT1_2;

/** Where weights come from. */
export interface KokoroWeights {
  readonly floats: GraphWeights;
  readonly layers: QuantisedLayers;
}

export class StyleBlock {
  /** Rows out for each row in. */
  readonly stride: 1 | 2;
  /** Channels out. */
  readonly outputs: number;
  readonly #team: NetworkTeam;
  readonly #norms: readonly [LeakyNorm, LeakyNorm];
  readonly #convolutions: readonly [ByteProduct, ByteProduct];
  /** Null: the input goes past the convolutions as it is. */
  readonly #shortcut: ByteProduct | null;
  /** f32 [4][channels]; 0 where there are as many rows out as in. */
  readonly #taps: number;

  /** Throws `RangeError` for a graph without this block, or without memory for it. */
  constructor(team: NetworkTeam, { floats, layers }: KokoroWeights, name: string) {
    const norm = (layer: string): LeakyNorm => {
      const weights = layers.matrix(`${name}/${layer}/fc/Gemm_MatMul`);
      return new LeakyNorm(team, new StyleLayer(team, weights), SLOPE);
    };
    this.#team = team;
    this.#norms = [norm('norm1'), norm('norm2')];
    this.#convolutions = [
      new ByteProduct(team, layers.convolution(`${name}/conv1`)),
      new ByteProduct(team, { ...layers.convolution(`${name}/conv2`), gain: GAIN }),
    ];
    this.outputs = this.#convolutions[1].outputs;
    this.#shortcut = layers.hasConvolution(`${name}/conv1x1`)
      ? new ByteProduct(team, { ...layers.convolution(`${name}/conv1x1`), gain: GAIN })
      : null;
    const upsampling = `${name}/pool/ConvTranspose`;
    this.stride = floats.has(upsampling) ? 2 : 1;
    this.#taps = this.stride === 1 ? 0 : keepTaps(team, floats.floatConvolution(upsampling));
  }

  /** Computes `to` of `from`, pausing in between; rows of `from` have zeros before and behind. */
  *run(from: Signal, to: Signal, context: NormContext): Generator<void, void> {
    const { memory } = this.#team;
    const { top } = memory;
    const rows = from.rows * this.stride;
    const [first, second] = this.#convolutions;
    const active = createRows(memory, from, 1);
    this.#norms[0].run(from, active, context);
    const inner = createRows(memory, { rows, channels: first.outputs }, 1);
    first.run(this.#upsample(active), inner);
    yield;
    this.#norms[1].run(inner, inner, context);
    second.run(inner, to, this.#goPast(from, to));
    memory.release(top);
    yield;
  }

  #upsample(signal: Signal): Signal {
    if (this.stride === 1) return signal;
    const { at, channels, rows } = signal;
    const doubled = createRows(this.#team.memory, { rows: 2 * rows, channels }, 1);
    this.#team.run('doubleRows', [at, channels, rows, this.#taps, doubled.at], unitsOf(rows));
    return doubled;
  }

  /** What is added to the second convolution. */
  #goPast(from: Signal, to: Signal): Residual {
    if (this.#shortcut === null) return { signal: from, factor: GAIN };
    if (this.stride === 1) {
      this.#shortcut.run(from, to);
      return { signal: to, factor: 1 };
    }
    const { memory } = this.#team;
    const channels = this.#shortcut.outputs;
    const single = createRows(memory, { rows: from.rows, channels }, 1);
    this.#shortcut.run(from, single);
    const twice = new Array<number>(from.rows).fill(2);
    return { signal: repeatRows(memory, single, twice), factor: 1 };
  }
}

function keepTaps(
  { memory }: NetworkTeam,
  { weights, bias }: { weights: Float32Array; bias: Float32Array },
): number {
  const count = bias.length;
  const channels = Math.ceil(count / 8) * 8;
  const at = memory.takeFloats(4 * channels);
  const taps = memory.floats(at, 4 * channels).fill(0);
  for (let channel = 0; channel < count; channel++) {
    for (let tap = 0; tap < 3; tap++) {
      taps[tap * channels + channel] = weights[3 * channel + tap] ?? 0;
    }
  }
  taps.set(bias, 3 * channels);
  return at;
}
