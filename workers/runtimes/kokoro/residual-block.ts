// A residual block of Kokoro's generator: three times two convolutions, each behind a norm. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import type { Signal } from '../network/signal.ts';
import { SpectralConvolution } from '../network/spectral-convolution.ts';
import { SnakeNorm, StyleLayer } from './adaptive-norm.ts';
import type { NormContext } from './adaptive-norm.ts';
import type { KokoroWeights } from './style-block.ts';

/** Of the first convolution of each pair; the second has none. */
const DILATIONS = [1, 3, 5] as const;

interface Pair {
  readonly norms: readonly [SnakeNorm, SnakeNorm];
  readonly convolutions: readonly [SpectralConvolution, SpectralConvolution];
  readonly dilation: number;
}

export class ResidualBlock {
  readonly #pairs: readonly Pair[];

  constructor(team: NetworkTeam, { floats, layers }: KokoroWeights, name: string) {
    const norm = (layer: string, place: number): SnakeNorm => {
      const sine = place === 0 ? `${name}/Sin` : `${name}/Sin_${place}`;
      const style = new StyleLayer(team, layers.matrix(`${name}/${layer}/fc/Gemm_MatMul`));
      return new SnakeNorm(team, style, floats.sineFactors(sine));
    };
    const convolution = (layer: string): SpectralConvolution => {
      const { weights: taps, dims, bias } = floats.convolution(`${name}/${layer}`);
      const [outputs = 0, inputs = 0, count = 0] = dims;
      return new SpectralConvolution(team, { taps, outputs, inputs, count, bias });
    };
    this.#pairs = DILATIONS.map((dilation, index) => ({
      norms: [norm(`adain1.${index}`, 2 * index), norm(`adain2.${index}`, 2 * index + 1)],
      convolutions: [convolution(`convs1.${index}`), convolution(`convs2.${index}`)],
      dilation,
    }));
  }

  /** Computes `to` of `from`, pausing after each convolution; `active` and `inner` are overwritten. */
  *run(
    from: Signal,
    to: Signal,
    { active, inner, context }: { active: Signal; inner: Signal; context: NormContext },
  ): Generator<void, void> {
    let current = from;
    for (const { norms, convolutions, dilation } of this.#pairs) {
      norms[0].run(current, active, context);
      convolutions[0].run(active, inner, { dilation, residual: null });
      yield;
      norms[1].run(inner, active, context);
      convolutions[1].run(active, to, { dilation: 1, residual: current });
      current = to;
      yield;
    }
  }
}
