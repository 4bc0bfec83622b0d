// Small ONNX models for tests, written field by field. In Node or in a browser.
import { MessageWriter } from '../../workers/runtimes/onnx-graph/protobuf.ts';
import { intAttribute, intsAttribute } from '../../workers/runtimes/onnx-graph/onnx-node.ts';

export interface NodeSketch {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface TensorSketch {
  readonly type: number;
  readonly dims: readonly number[];
  readonly raw?: Uint8Array;
  /** Written as numbers (`int32_data`) instead of bytes. */
  readonly int32s?: readonly number[];
}

export interface ModelSketch {
  readonly nodes: readonly NodeSketch[];
  readonly tensors: Readonly<Record<string, TensorSketch>>;
  /** Float values of these dimensions, negative ones free: equal numbers, equal sizes. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Inputs of 64-bit integers instead of floats. */
  readonly integers?: readonly string[];
  /** Inputs of 32-bit integers. */
  readonly int32s?: readonly string[];
  readonly outputs: readonly string[];
  /** Outputs of 64-bit integers instead of floats. */
  readonly integerOutputs?: readonly string[];
  /** Sizes of outputs, for those whose reader asks; negative ones are free. */
  readonly outputDims?: Readonly<Record<string, readonly number[]>>;
  /** What the file says of itself. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;

export function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

export function buildModel(sketch: ModelSketch): Uint8Array<ArrayBuffer> {
  const graph = new MessageWriter();
  for (const node of sketch.nodes) graph.message(1, toNode(node));
  graph.string(2, 'test');
  for (const [name, tensor] of Object.entries(sketch.tensors)) {
    graph.message(5, toTensor(name, tensor));
  }
  for (const [name, dims] of Object.entries(sketch.inputs)) {
    graph.message(11, toInfo(name, dims, inputType(sketch, name)));
  }
  for (const name of sketch.outputs) {
    const type = sketch.integerOutputs?.includes(name) === true ? INT64 : FLOAT;
    graph.message(12, toInfo(name, sketch.outputDims?.[name] ?? null, type));
  }
  const opset = new MessageWriter().varint(2, 20);
  const model = new MessageWriter().varint(1, 9).string(2, 'test');
  model.message(7, graph).message(8, opset);
  for (const [key, value] of Object.entries(sketch.metadata ?? {})) {
    model.message(14, new MessageWriter().string(1, key).string(2, value));
  }
  return model.toBytes();
}

function inputType({ integers = [], int32s = [] }: ModelSketch, name: string): number {
  if (integers.includes(name)) return INT64;
  return int32s.includes(name) ? INT32 : FLOAT;
}

export function floatTensor(dims: readonly number[], values: readonly number[]): TensorSketch {
  return { type: FLOAT, dims, raw: floats(...values) };
}

/** 64-bit integers, as indices, shapes and axes are. */
export function integerTensor(dims: readonly number[], values: readonly number[]): TensorSketch {
  return { type: INT64, dims, raw: new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer) };
}

/**
 * A dynamically quantised convolution as ONNX Runtime's own tool writes it: `x` [1, channels, time]
 * in, `y` out.
 */
export function sketchConvolution(options: {
  readonly channels: number;
  readonly weights: TensorSketch;
  readonly zeroPoint: number;
  readonly bias: Uint8Array | null;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}): ModelSketch {
  const { weights, bias } = options;
  const summed = bias === null ? 'sum' : 'biased';
  return {
    nodes: [
      { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['x_q', 'x_scale', 'x_zero'] },
      { op: 'Mul', inputs: ['x_scale', 'w_scale'], outputs: ['scale'] },
      {
        op: 'ConvInteger',
        inputs: ['x_q', 'w', 'x_zero', 'w_zero'],
        outputs: ['sum'],
        attributes: options.attributes,
      },
      ...(bias === null ? [] : BIAS_NODES),
      { op: 'Cast', inputs: [summed], outputs: ['float'], attributes: { to: FLOAT } },
      { op: 'Mul', inputs: ['float', 'scale'], outputs: ['y'] },
    ],
    tensors: {
      w: weights,
      w_zero: { type: weights.type, dims: [], int32s: [options.zeroPoint] },
      w_scale: { type: FLOAT, dims: [], raw: floats(0.02) },
      ...(bias === null ? {} : biasTensors(bias)),
    },
    inputs: { x: [1, options.channels, -1] },
    outputs: ['y'],
  };
}

const BIAS_NODES: readonly NodeSketch[] = [
  { op: 'Div', inputs: ['bias', 'scale'], outputs: ['bias_scaled'] },
  { op: 'Round', inputs: ['bias_scaled'], outputs: ['bias_rounded'] },
  { op: 'Cast', inputs: ['bias_rounded'], outputs: ['bias_int'], attributes: { to: 6 } },
  { op: 'Reshape', inputs: ['bias_int', 'bias_shape'], outputs: ['bias_q'] },
  { op: 'Add', inputs: ['sum', 'bias_q'], outputs: ['biased'] },
];

function biasTensors(bias: Uint8Array): Record<string, TensorSketch> {
  const shape = new Uint8Array(BigInt64Array.of(1n, -1n, 1n).buffer);
  return {
    bias: { type: FLOAT, dims: [bias.length / 4], raw: bias },
    bias_shape: { type: 7, dims: [3], raw: shape },
  };
}

function toNode({ op, inputs, outputs, attributes = {} }: NodeSketch): MessageWriter {
  const node = new MessageWriter();
  for (const input of inputs) node.string(1, input);
  for (const output of outputs) node.string(2, output);
  node.string(3, `${op}:${outputs.join()}`).string(4, op);
  for (const [name, value] of Object.entries(attributes)) {
    const attribute =
      typeof value === 'number' ? intAttribute(name, value) : intsAttribute(name, value);
    node.bytes(5, attribute.raw);
  }
  return node;
}

function toTensor(name: string, { type, dims, raw, int32s }: TensorSketch): MessageWriter {
  const tensor = new MessageWriter();
  for (const dim of dims) tensor.varint(1, dim);
  tensor.varint(2, type);
  for (const value of int32s ?? []) tensor.varint(5, value);
  tensor.string(8, name);
  return raw === undefined ? tensor : tensor.bytes(9, raw);
}

/** Negative dimensions are free. */
function toInfo(name: string, dims: readonly number[] | null, type: number): MessageWriter {
  const tensorType = new MessageWriter().varint(1, type);
  if (dims !== null) {
    const shape = new MessageWriter();
    for (const dim of dims) {
      const size = new MessageWriter();
      shape.message(1, dim < 0 ? size.string(2, `time${-dim}`) : size.varint(1, dim));
    }
    tensorType.message(2, shape);
  }
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensorType));
}
