// All of Kokoro on kernels: from the numbers of symbols and a style to samples. Worker or Node.
import type { NetworkTeam } from '../network/kernels.ts';
import { createRows, repeatRows, valuesOf } from '../network/signal.ts';
import { GraphWeights } from '../onnx-graph/graph-weights.ts';
import type { OnnxModel } from '../onnx-graph/onnx-model.ts';
import { QuantisedLayers } from '../onnx-graph/quantised-layers.ts';
import type { NormContext } from './adaptive-norm.ts';
import { Decoder } from './decoder.ts';
import { HarmonicSource } from './harmonic-source.ts';
import { Istftnet } from './istftnet.ts';
import { Prosody, STYLE } from './prosody.ts';
import { TextEncoder } from './text-encoder.ts';
import { TokenEncoder } from './token-encoder.ts';

export interface KokoroInput {
  /** Padding at both ends included. */
  readonly tokens: readonly number[];
  /** [2, 128]: of the decoder and the generator, then of the prosody. */
  readonly style: Float32Array;
  readonly speed: number;
}

export interface KokoroSpeech {
  /** 24 kHz; not all of the silence at its ends. */
  readonly pcm: Float32Array;
  /** Of each token, 40 to a second. */
  readonly frames: readonly number[];
  /** Samples of the silence in front that were not made. */
  readonly skippedSamples: number;
}

export class KokoroNetwork {
  readonly #team: NetworkTeam;
  readonly #meaning: TokenEncoder;
  readonly #sound: TextEncoder;
  readonly #prosody: Prosody;
  readonly #decoder: Decoder;
  readonly #source: HarmonicSource;
  readonly #generator: Istftnet;

  /** Throws `RangeError` for a graph without these layers, or without memory for them. */
  constructor(team: NetworkTeam, model: OnnxModel) {
    const layers = new QuantisedLayers(model);
    const weights = { layers, floats: new GraphWeights(model) };
    this.#team = team;
    this.#meaning = new TokenEncoder(team, layers);
    this.#sound = new TextEncoder(team, layers);
    this.#prosody = new Prosody(team, weights);
    this.#decoder = new Decoder(team, weights);
    this.#source = new HarmonicSource(team, layers);
    this.#generator = new Istftnet(team, weights);
  }

  /** Pauses between steps of some milliseconds. */
  *run({ tokens, style, speed }: KokoroInput): Generator<void, KokoroSpeech> {
    const { memory } = this.#team;
    const { top } = memory;
    try {
      const contextOf = (part: Float32Array): NormContext => {
        const row = createRows(memory, { rows: 1, channels: STYLE }, 1);
        valuesOf(memory, row).set(part);
        return { style: row, leftOut: [] };
      };
      const voice = contextOf(style.subarray(0, STYLE));
      const manner = contextOf(style.subarray(STYLE, 2 * STYLE));
      const sound = yield* this.#sound.run(tokens);
      const said = this.#prosody.createInput(tokens.length);
      yield* this.#meaning.run(tokens, said);
      yield* this.#prosody.prepare(said, manner);
      const frames = this.#prosody.measure(said, speed);
      yield;
      const curves = yield* this.#prosody.draw(said, frames, manner);
      const harmonics = this.#source.run(curves.pitch);
      const text = repeatRows(memory, sound, frames);
      const decoded = yield* this.#decoder.run({ text, ...curves, context: voice });
      const { loudness } = curves;
      const generated = yield* this.#generator.run({
        ...{ decoded, harmonics, loudness, style: voice.style },
      });
      return { ...generated, frames };
    } finally {
      memory.release(top);
    }
  }
}
