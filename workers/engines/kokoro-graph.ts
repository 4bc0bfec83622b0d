// Makes the shipped Kokoro graph faster and lets it tell how long each token lasts; pure. Worker or Node.
import { GraphWeights } from '../runtimes/onnx-graph/graph-weights.ts';
import { rewriteConvolutions } from '../runtimes/onnx-graph/convolution-taps.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import type { ExternalData } from '../runtimes/onnx-graph/onnx-tensor.ts';
import { DATA_TYPE } from '../runtimes/onnx-graph/onnx-tensor.ts';

export interface KokoroGraph {
  readonly bytes: ArrayBuffer;
  /** The output that holds the duration of each token in frames; null where the graph gives none. */
  readonly durationsName: string | null;
}

/** The graph up to where the generator begins, and the generator's weights; both are views of the file. */
export interface KokoroFront extends KokoroGraph {
  readonly externalData: readonly ExternalData[];
  readonly weights: GraphWeights;
}

const GENERATOR = '/decoder/decoder/generator';
/** What the generator starts from: decoded frames, and the spectrum of its harmonic source. */
export const DECODED_OUTPUT = '/decoder/decoder/decode.3/Div_4_output_0';
export const HARMONICS_OUTPUT = '/decoder/decoder/generator/Concat_3_output_0';
const BLOCKS = ['noise_res.0', 'noise_res.1', ...[0, 1, 2, 3, 4, 5].map((n) => `resblocks.${n}`)];
const NORMS = ['adain1.0', 'adain1.1', 'adain1.2', 'adain2.0', 'adain2.1', 'adain2.2'];

/** The output with the style of one norm of the generator. */
export function styleOutput(layer: string): string {
  return `${layer}/fc/Gemm_output_0`;
}

/**
 * The model without its generator, which is nine tenths of the work; the values it starts from are the outputs.
 * Null for a graph whose values have other names.
 */
export function splitKokoroGraph(bytes: ArrayBuffer): KokoroFront | null {
  const model = OnnxModel.tryParse(new Uint8Array(bytes));
  if (model === null) return null;
  const layers = BLOCKS.flatMap((block) => NORMS.map((norm) => `${GENERATOR}/${block}/${norm}`));
  const wanted = [DECODED_OUTPUT, HARMONICS_OUTPUT, ...layers.map(styleOutput)];
  const known = new Set(model.nodes.flatMap((node) => node.outputs));
  const durationsName = findDurations(model);
  if (durationsName === null || !wanted.every((name) => known.has(name))) return null;
  const weights = new GraphWeights(model.copy());
  for (const name of model.outputs) model.removeOutput(name);
  for (const name of [...wanted, durationsName]) model.addOutput(name, DATA_TYPE.float);
  model.prune();
  rewriteConvolutions(model);
  const parts = model.toParts();
  return { bytes: parts.bytes.buffer, externalData: parts.externalData, durationsName, weights };
}

/**
 * The same model with its integer convolutions as sums of matrix products, and with the predicted
 * durations as a second output. A file that cannot be read comes back as it is: the runtime then says
 * what is wrong with it. Needs as much memory again as the file while it runs.
 */
export function tuneKokoroGraph(bytes: ArrayBuffer): KokoroGraph {
  const model = OnnxModel.tryParse(new Uint8Array(bytes));
  if (model === null) return { bytes, durationsName: null };
  const durationsName = findDurations(model);
  if (durationsName !== null) model.addOutput(durationsName, DATA_TYPE.float);
  rewriteConvolutions(model);
  return { bytes: model.toBytes().buffer, durationsName };
}

/** Durations are the one value of the graph that is rounded and then kept at 1 or more. */
function findDurations(model: OnnxModel): string | null {
  const rounded = new Set(
    model.nodes.filter((node) => node.opType === 'Round').flatMap((node) => node.outputs),
  );
  const clipped = model.nodes.filter(
    (node) => node.opType === 'Clip' && rounded.has(node.inputs[0] ?? ''),
  );
  return clipped.length === 1 ? (clipped[0]?.outputs[0] ?? null) : null;
}
