// Makes the shipped Kokoro graph faster and lets it tell how long each token lasts; pure. Worker or Node.
import { rewriteConvolutions } from '../runtimes/onnx-graph/convolution-taps.ts';
import { OnnxModel } from '../runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../runtimes/onnx-graph/onnx-tensor.ts';

export interface KokoroGraph {
  readonly bytes: ArrayBuffer;
  /** The output that holds the duration of each token in frames; null where the graph gives none. */
  readonly durationsName: string | null;
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
