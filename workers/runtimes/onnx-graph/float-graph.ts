// Turns a dynamically quantised graph into float arithmetic, with the same weights; pure. Worker or Node.
import type { OnnxModel } from './onnx-model.ts';
import type { OnnxNode } from './onnx-node.ts';
import { DATA_TYPE } from './onnx-tensor.ts';
import type { TensorContent } from './onnx-tensor.ts';
import { indexNodes, matchConvolution, onlyConsumer } from './quantised-convolution.ts';
import type { NodeIndex } from './quantised-convolution.ts';

/** Inputs of `DynamicQuantizeLSTM`; the first eight are those of `LSTM`. */
const RECURRENT = { inputs: 1, states: 2, end: 8, inputScale: 8, stateScale: 10 } as const;

interface Graph {
  readonly model: OnnxModel;
  readonly graph: NodeIndex;
}

/** What stands for a node, and which others it makes needless. */
interface Rewrite {
  readonly node: OnnxNode;
  readonly replaced: readonly OnnxNode[];
}

/**
 * In place: `ConvInteger`, `MatMulInteger`, `DynamicQuantizeLSTM` and quantised look-ups become `Conv`, `MatMul`,
 * `LSTM` and `Gather` over float weights, for runtimes that compute with floats alone. Signals are no longer rounded
 * to 8 bits on the way, so that the result is nearer to the model's before it was quantised.
 * @throws RangeError for a quantised layer of another pattern.
 */
export function toFloatGraph(model: OnnxModel): void {
  const parts: Graph = { model, graph: indexNodes(model.nodes) };
  const rewrites = new Map<OnnxNode, OnnxNode>();
  const dropped = new Set<OnnxNode>();
  for (const node of model.nodes) {
    const rewrite = rewriteNode(node, parts);
    if (rewrite === null) continue;
    rewrites.set(node, rewrite.node);
    for (const other of rewrite.replaced) dropped.add(other);
  }
  model.nodes = model.nodes
    .filter((node) => !dropped.has(node))
    .map((node) => rewrites.get(node) ?? node);
  model.prune();
}

function rewriteNode(node: OnnxNode, parts: Graph): Rewrite | null {
  switch (node.opType) {
    case 'ConvInteger':
      return toConvolution(node, parts);
    case 'MatMulInteger':
      return toProduct(node, parts);
    case 'DynamicQuantizeLSTM':
      return toRecurrent(node, parts);
    case 'Gather':
      return toLookUp(node, parts);
    default:
      return null;
  }
}

function toConvolution(node: OnnxNode, { model, graph }: Graph): Rewrite {
  const found = matchConvolution(node, { model, graph });
  if (found === null) throw unknownPattern(node);
  const { weightScale, weightZeroPoint } = found;
  const weights = toFloats(model, {
    ...{ name: node.inputs[1] ?? '', content: found.weights, scale: weightScale },
    ...{ axis: 0, zeroPoint: weightZeroPoint },
  });
  const inputs = [found.input, weights, ...(found.bias === null ? [] : [found.bias])];
  const float = { ...node, opType: 'Conv', inputs, outputs: [found.output] };
  return { node: float, replaced: found.replaced };
}

function toProduct(node: OnnxNode, { model, graph }: Graph): Rewrite {
  const [quantised = '', weightName = '', , zeroPoint = ''] = node.inputs;
  const quantiser = graph.producers.get(quantised);
  const content = model.tensor(weightName);
  const cast = onlyConsumer(node, 'Cast', graph);
  const scaled = cast === null ? null : onlyConsumer(cast, 'Mul', graph);
  const factor = scaled?.inputs.find((input) => !cast?.outputs.includes(input)) ?? '';
  const scale = graph.producers.get(factor)?.inputs.find((input) => model.hasTensor(input));
  const input = quantiser?.opType === 'DynamicQuantizeLinear' ? quantiser.inputs[0] : undefined;
  if (input === undefined || content === undefined || cast === null || scaled === null)
    throw unknownPattern(node);
  if (scale === undefined || isAnyButZero(model, zeroPoint)) throw unknownPattern(node);
  const weights = toFloats(model, { name: weightName, content, scale, axis: 1, zeroPoint: 0 });
  const float = { ...node, opType: 'MatMul', inputs: [input, weights], outputs: scaled.outputs };
  return { node: float, replaced: [cast, scaled] };
}

/** The quantised layer keeps its matrices [directions, inputs, gates], the float one the other way round. */
function toRecurrent(node: OnnxNode, { model }: Graph): Rewrite {
  const { inputs } = node;
  const toMatrices = (index: number, scaleIndex: number): string => {
    const name = inputs[index] ?? '';
    const content = model.tensor(name);
    if (content?.dims.length !== 3 || isAnyButZero(model, inputs[scaleIndex + 1] ?? '')) {
      throw unknownPattern(node);
    }
    const scale = inputs[scaleIndex] ?? '';
    return toFloats(model, { name, content: transposed(content), scale, axis: 0, zeroPoint: 0 });
  };
  const weights = [
    toMatrices(RECURRENT.inputs, RECURRENT.inputScale),
    toMatrices(RECURRENT.states, RECURRENT.stateScale),
  ];
  const [signal = ''] = inputs;
  const float = {
    ...{ ...node, opType: 'LSTM', domain: '' },
    inputs: [signal, ...weights, ...inputs.slice(RECURRENT.states + 1, RECURRENT.end)],
  };
  return { node: float, replaced: [] };
}

/** Null for a look-up in floats or in what is no constant. */
function toLookUp(node: OnnxNode, { model, graph }: Graph): Rewrite | null {
  const [tableName = '', indices = ''] = node.inputs;
  const dequantised = onlyConsumer(node, 'DequantizeLinear', graph);
  const table = dequantised === null ? undefined : model.tensor(tableName);
  if (dequantised === null || table === undefined) return null;
  const [, scale = '', zeroPoint = ''] = dequantised.inputs;
  if (isAnyButZero(model, zeroPoint)) throw unknownPattern(node);
  const floats = toFloats(model, {
    ...{ name: tableName, content: table, scale, axis: 0, zeroPoint: 0 },
  });
  const float = { ...node, inputs: [floats, indices], outputs: dequantised.outputs };
  return { node: float, replaced: [dequantised] };
}

interface QuantisedTensor {
  readonly name: string;
  readonly content: TensorContent;
  /** The name of one number, or of one for each place along `axis`. */
  readonly scale: string;
  readonly axis: number;
  readonly zeroPoint: number;
}

/** The name of the float tensor: one for all layers that share the quantised one. */
function toFloats(model: OnnxModel, tensor: QuantisedTensor): string {
  const name = `${tensor.name}/float`;
  if (model.hasTensor(name)) return name;
  const { dataType, dims, data } = tensor.content;
  const bytes = dataType === DATA_TYPE.int8 ? toSigned(data) : data;
  const scales = floatsOf(model, tensor.scale);
  const places = dims[tensor.axis] ?? 1;
  const inner = dims.slice(tensor.axis + 1).reduce((product, dim) => product * dim, 1);
  const values = new Float32Array(bytes.length);
  // Not `from` with a function: twenty times as long for 80 million weights.
  for (let start = 0, run = 0; start < bytes.length; start += inner, run++) {
    const scale = scales[scales.length === 1 ? 0 : run % places] ?? 0;
    const end = start + inner;
    for (let index = start; index < end; index++) {
      values[index] = ((bytes[index] ?? 0) - tensor.zeroPoint) * scale;
    }
  }
  model.setTensor(name, { dataType: DATA_TYPE.float, dims, data: new Uint8Array(values.buffer) });
  return name;
}

/** With its last two dimensions exchanged. */
function transposed({ dataType, dims, data }: TensorContent): TensorContent {
  const [count = 0, rows = 0, columns = 0] = dims;
  const turned = new Uint8Array(data.length);
  for (let matrix = 0; matrix < count; matrix++) {
    const at = matrix * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        turned[at + column * rows + row] = data[at + row * columns + column] ?? 0;
      }
    }
  }
  return { dataType, dims: [count, columns, rows], data: turned };
}

function toSigned(data: Uint8Array): Int8Array {
  return new Int8Array(data.buffer, data.byteOffset, data.length);
}

function isAnyButZero(model: OnnxModel, name: string): boolean {
  return name !== '' && (model.tensor(name)?.data.some((value) => value !== 0) ?? true);
}

function floatsOf(model: OnnxModel, name: string): Float32Array {
  const content = model.tensor(name);
  if (content?.dataType !== DATA_TYPE.float) {
    throw new RangeError(`onnx: ${name} does not hold floats`);
  }
  return new Float32Array(content.data.slice().buffer);
}

function unknownPattern({ name, opType }: OnnxNode): RangeError {
  return new RangeError(`onnx: ${name} is no ${opType} as expected`);
}
