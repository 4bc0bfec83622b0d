// A VITS voice without a speaker's vector, as Piper's are, on kernels of our own: from symbols to samples. Worker or Node.
import { HifiGan } from '../hifigan/hifigan.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { createRows, valuesOf } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { GraphWeights } from '../onnx-graph/graph-weights.ts';
import type { Coupling, Span } from './coupling.ts';
import { DurationPredictor } from './duration-predictor.ts';
import { createCouplings, FlowRun } from './flow.ts';
import { createNormalNoise } from './normal-noise.ts';
import { TextEncoder } from './text-encoder.ts';

export interface VitsOptions {
  /** Of the latents, and of durations; 0: none. */
  readonly noise: number;
  readonly durationNoise: number;
  /** What durations are multiplied by. */
  readonly length: number;
  /** An integer; the same symbols with the same seed give the same audio. */
  readonly seed: number;
}

/** The rest of a run: its memory is the network's, until {@link VitsSpeech.end}. */
export interface VitsSpeech {
  readonly frames: number;
  /** Frames of each symbol. */
  readonly durations: Float32Array;
  /** The samples of frames, four or more; spans come in their order, without gaps. Pauses between steps. */
  make(span: Span): Generator<void, Float32Array>;
  end(): void;
}

export class Vits {
  readonly #team: NetworkTeam;
  readonly #encoder: TextEncoder;
  readonly #durations: DurationPredictor;
  readonly #couplings: readonly Coupling[];
  readonly #generator: HifiGan;

  /** Whether the graph looks like such a voice. */
  static fits(weights: GraphWeights): boolean {
    return (
      HifiGan.fits(weights) &&
      weights.has('/enc_p/encoder/attn_layers.0/Pad_5') &&
      weights.has('/dp/flows.7/pre/Conv') &&
      weights.has('/flow/flows.0/pre/Conv') &&
      !weights.has('/dp/cond/Conv') &&
      !weights.has('/flow/flows.0/enc/cond_layer/Conv')
    );
  }

  /** Throws `RangeError` for a graph that does not fit, or without memory for its weights. */
  constructor(team: NetworkTeam, weights: GraphWeights) {
    this.#team = team;
    this.#encoder = new TextEncoder(team, weights);
    this.#durations = new DurationPredictor(team, weights);
    this.#couplings = createCouplings(team, weights);
    this.#generator = new HifiGan(team, weights);
  }

  /** Finds out how long each of four or more symbols is; one run at a time. Pauses between steps of some milliseconds. */
  *begin(ids: readonly number[], options: VitsOptions): Generator<void, VitsSpeech> {
    const { memory } = this.#team;
    const { top } = memory;
    let stats: Float32Array;
    let durations: Float32Array;
    const random = createNormalNoise(options.seed);
    try {
      const encoded = yield* this.#encoder.run(ids);
      const noise = Float32Array.from(
        { length: 2 * ids.length },
        () => random() * options.durationNoise,
      );
      const logs = yield* this.#durations.run(encoded, noise);
      durations = logs.map((value) => Math.ceil(Math.exp(value) * options.length));
      stats = this.#encoder.project(encoded);
    } finally {
      memory.release(top);
    }
    const latents = this.#draw({ stats, durations }, () => random() * options.noise);
    const flow = new FlowRun(this.#couplings, latents);
    const generator = this.#generator;
    return {
      frames: latents.rows,
      durations,
      *make({ from, to }) {
        yield* flow.advanceTo(Math.min(latents.rows, to + generator.context));
        return yield* generator.run(latents, { from, to });
      },
      end() {
        memory.release(top);
      },
    };
  }

  /** As many rows of each symbol's distribution as it has frames. */
  #draw(
    { stats, durations }: { stats: Float32Array; durations: Float32Array },
    random: () => number,
  ): Signal {
    const { memory } = this.#team;
    const channels = stats.length / durations.length / 2;
    const rows = durations.reduce((sum, frames) => sum + frames, 0);
    const latents = createRows(memory, { rows, channels });
    const values = valuesOf(memory, latents);
    let at = 0;
    for (const [symbol, frames] of durations.entries()) {
      const start = symbol * 2 * channels;
      const means = stats.subarray(start, start + channels);
      const deviations = stats.subarray(start + channels, start + 2 * channels).map(Math.exp);
      for (let frame = 0; frame < frames; frame++) {
        for (let channel = 0; channel < channels; channel++) {
          values[at++] = (means[channel] ?? 0) + random() * (deviations[channel] ?? 0);
        }
      }
    }
    return latents;
  }
}
