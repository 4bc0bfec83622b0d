// Reads the weights of Silero's 16 kHz network out of its ONNX file; pure. Worker or Node.
import { DATA_TYPE, tensorName, toContent } from '../onnx-graph/onnx-tensor.ts';
import { readFields, textOf } from '../onnx-graph/protobuf.ts';

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE = { name: 1, tensor: 5, graph: 6 } as const;
/** The file holds two networks in an `If`: this one where the rate is 16 kHz, the other for 8 kHz. */
const BRANCH = 'then_branch';

/** Shapes by the names that the trained network has; convolutions are [outputs, inputs, taps]. */
const SHAPES = {
  'stft.forward_basis_buffer': [258, 1, 256],
  'encoder.0.reparam_conv.weight': [128, 129, 3],
  'encoder.0.reparam_conv.bias': [128],
  'encoder.1.reparam_conv.weight': [64, 128, 3],
  'encoder.1.reparam_conv.bias': [64],
  'encoder.2.reparam_conv.weight': [64, 64, 3],
  'encoder.2.reparam_conv.bias': [64],
  'encoder.3.reparam_conv.weight': [128, 64, 3],
  'encoder.3.reparam_conv.bias': [128],
  'decoder.rnn.weight_ih': [512, 128],
  'decoder.rnn.weight_hh': [512, 128],
  'decoder.rnn.bias_ih': [512],
  'decoder.rnn.bias_hh': [512],
  'decoder.decoder.2.weight': [1, 128, 1],
  'decoder.decoder.2.bias': [1],
} as const;

export type SileroWeightName = keyof typeof SHAPES;
export type SileroWeights = Readonly<Record<SileroWeightName, Float32Array>>;

/** Copies of the weights. Throws `RangeError` when the file is no such network. */
export function readSileroWeights(file: Uint8Array): SileroWeights {
  const tensors = new Map<string, Uint8Array>();
  for (const branch of branchesOf(file)) {
    for (const tensor of constantsOf(branch)) tensors.set(tensorName(tensor), tensor);
  }
  const entries = Object.entries(SHAPES).map(([name, dims]) => [
    name,
    toFloats(name, tensors.get(name), dims),
  ]);
  return Object.fromEntries(entries) as SileroWeights;
}

function* branchesOf(file: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (const graph of fieldsOf(file, MODEL_GRAPH)) {
    for (const attribute of attributesOf(graph)) {
      if (textOf(attribute, ATTRIBUTE.name) === BRANCH) yield* fieldsOf(attribute, ATTRIBUTE.graph);
    }
  }
}

function* constantsOf(graph: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (const attribute of attributesOf(graph)) yield* fieldsOf(attribute, ATTRIBUTE.tensor);
}

function* attributesOf(graph: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (const node of fieldsOf(graph, GRAPH_NODE)) yield* fieldsOf(node, NODE_ATTRIBUTE);
}

function* fieldsOf(message: Uint8Array, number: number): Generator<Uint8Array, void, undefined> {
  for (const field of readFields(message)) if (field.number === number) yield field.bytes;
}

function toFloats(
  name: string,
  tensor: Uint8Array | undefined,
  dims: readonly number[],
): Float32Array {
  const content = tensor === undefined ? undefined : toContent(tensor);
  if (content?.dataType !== DATA_TYPE.float || content.dims.join() !== dims.join()) {
    throw new RangeError(`onnx: there is no ${name} of [${dims.join()}]`);
  }
  return new Float32Array(content.data.slice().buffer);
}
