// Wrong arithmetic, as broken drivers make it, written into a graph. For tests, in Node or in a browser.
import { intAttribute } from '../../workers/runtimes/onnx-graph/onnx-node.ts';
import type { OnnxNode } from '../../workers/runtimes/onnx-graph/onnx-node.ts';
import type { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../workers/runtimes/onnx-graph/onnx-tensor.ts';

/** Of ONNX's `TensorProto.DataType`. */
const FLOAT16 = 10;

/** Row-major weights of a layer, made into others of the same shape. */
export type WeightChange = (weights: Float32Array, dims: readonly number[]) => Float32Array;

/** Changes the weights of the layer that a node computes. */
export function changeWeights(model: OnnxModel, nodeName: string, change: WeightChange): void {
  const weightName = nodeOf(model, nodeName).inputs[1] ?? '';
  const content = model.tensor(weightName);
  if (content?.dataType !== DATA_TYPE.float) throw new RangeError(`${nodeName} has no floats`);
  const changed = change(new Float32Array(content.data.slice().buffer), content.dims);
  model.setTensor(weightName, { ...content, data: new Uint8Array(changed.buffer) });
}

/** Reads [outputs, inputs, taps] as if taps came before inputs: the layout of another kernel. */
export const inWrongOrder: WeightChange = (weights, [, inputs = 0, taps = 1]) =>
  weights.map((_, index) => {
    const tap = index % taps;
    const input = Math.floor(index / taps) % inputs;
    const output = Math.floor(index / (taps * inputs));
    return weights[(output * taps + tap) * inputs + input] ?? 0;
  });

/** Exchanges the first two dimensions of a layer with as many inputs as outputs. */
export const transposed: WeightChange = (weights, [rows = 0, columns = 0, ...rest]) => {
  if (rows !== columns) throw new RangeError(`${rows} x ${columns} is not square`);
  const inner = rest.reduce((product, dim) => product * dim, 1);
  return weights.map((_, index) => {
    const column = Math.floor(index / inner) % columns;
    const row = Math.floor(index / (inner * columns));
    return weights[(column * rows + row) * inner + (index % inner)] ?? 0;
  });
};

/** A block of outputs that nobody wrote: the first ones. */
export function withZeroOutputs(share: number): WeightChange {
  return (weights, [outputs = 0]) =>
    weights.map((weight, index) =>
      index < Math.round(outputs * share) * (weights.length / outputs) ? 0 : weight,
    );
}

/** No value of a layer's result is larger than this. */
export function clampOutput(model: OnnxModel, nodeName: string, limit: number): void {
  const bounds = [-limit, limit].map((value) => addNumber(model, `${nodeName}/${value}`, value));
  insertAfter(model, nodeName, (raw, output) => [toNode('Clip', [[raw, ...bounds], output])]);
}

/** A layer's result has 16-bit floats: what is larger than 65504 divided by `scale` has no end. */
export function roundOutput(model: OnnxModel, nodeName: string, scale: number): void {
  const up = addNumber(model, `${nodeName}/up`, scale);
  const down = addNumber(model, `${nodeName}/down`, 1 / scale);
  insertAfter(model, nodeName, (raw, output) => [
    toNode('Mul', [[raw, up], `${raw}/up`]),
    toNode('Cast', [[`${raw}/up`], `${raw}/half`], FLOAT16),
    toNode('Cast', [[`${raw}/half`], `${raw}/float`], DATA_TYPE.float),
    toNode('Mul', [[`${raw}/float`, down], output]),
  ]);
}

function nodeOf(model: OnnxModel, nodeName: string): OnnxNode {
  const node = model.nodes.find(({ name }) => name === nodeName);
  if (node === undefined) throw new RangeError(`The graph has no ${nodeName}.`);
  return node;
}

function insertAfter(
  model: OnnxModel,
  nodeName: string,
  toNodes: (raw: string, output: string) => readonly OnnxNode[],
): void {
  const node = nodeOf(model, nodeName);
  const [output = ''] = node.outputs;
  const raw = `${output}/raw`;
  const replaced = [{ ...node, outputs: [raw] }, ...toNodes(raw, output)];
  model.nodes = model.nodes.flatMap((each) => (each === node ? replaced : [each]));
}

function toNode(
  opType: string,
  [inputs, output]: readonly [inputs: readonly string[], output: string],
  castTo?: number,
): OnnxNode {
  return {
    ...{ opType, domain: '', name: `${opType}:${output}`, inputs, outputs: [output] },
    attributes: new Map(castTo === undefined ? [] : [['to', intAttribute('to', castTo)]]),
  };
}

function addNumber(model: OnnxModel, name: string, value: number): string {
  const data = new Uint8Array(Float32Array.of(value).buffer);
  model.setTensor(name, { dataType: DATA_TYPE.float, dims: [], data });
  return name;
}
