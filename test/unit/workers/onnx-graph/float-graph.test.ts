import { expect, test } from 'vitest';
import { toFloatGraph } from '../../../../workers/runtimes/onnx-graph/float-graph.ts';
import { OnnxModel } from '../../../../workers/runtimes/onnx-graph/onnx-model.ts';
import type { OnnxNode } from '../../../../workers/runtimes/onnx-graph/onnx-node.ts';
import { buildModel, floats, sketchConvolution } from '../../../support/onnx-builder.ts';
import type { ModelSketch } from '../../../support/onnx-builder.ts';

const [FLOAT, UINT8, INT8] = [1, 2, 3];

const convolution = sketchConvolution({
  channels: 2,
  weights: { type: UINT8, dims: [1, 2, 1], raw: Uint8Array.of(130, 100) },
  zeroPoint: 120,
  bias: floats(0.5),
  attributes: { pads: [1, 1], dilations: [2] },
});

const product: ModelSketch = {
  nodes: [
    { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 's', 'z'] },
    { op: 'Mul', inputs: ['s', 'w_scale'], outputs: ['scale'] },
    { op: 'MatMulInteger', inputs: ['q', 'w', 'z', 'w_zero'], outputs: ['sum'] },
    { op: 'Cast', inputs: ['sum'], outputs: ['cast'], attributes: { to: FLOAT } },
    { op: 'Mul', inputs: ['cast', 'scale'], outputs: ['y'] },
    { op: 'MatMulInteger', inputs: ['q', 'w', 'z', 'w_zero'], outputs: ['sum2'] },
    { op: 'Cast', inputs: ['sum2'], outputs: ['cast2'], attributes: { to: FLOAT } },
    { op: 'Mul', inputs: ['cast2', 'scale'], outputs: ['y2'] },
  ],
  tensors: {
    w: { type: INT8, dims: [2, 3], raw: Uint8Array.of(1, 2, 3, 255, 254, 253) },
    w_zero: { type: INT8, dims: [3], raw: Uint8Array.of(0, 0, 0) },
    w_scale: { type: FLOAT, dims: [3], raw: floats(1, 10, 100) },
  },
  inputs: { x: [1, 2] },
  outputs: ['y', 'y2'],
};

const recurrent: ModelSketch = {
  nodes: [
    {
      op: 'DynamicQuantizeLSTM',
      inputs: ['x', 'w', 'r', 'b', '', 'h', 'c', '', 'ws', 'wz', 'rs', 'wz'],
      outputs: ['y'],
      attributes: { hidden_size: 1 },
    },
  ],
  tensors: {
    w: { type: INT8, dims: [2, 2, 4], raw: Uint8Array.from({ length: 16 }, (_, n) => n) },
    r: { type: INT8, dims: [2, 1, 4], raw: Uint8Array.from({ length: 8 }, (_, n) => n) },
    b: { type: FLOAT, dims: [2, 8], raw: floats(...Array<number>(16).fill(0)) },
    h: { type: FLOAT, dims: [2, 1, 1], raw: floats(0, 0) },
    c: { type: FLOAT, dims: [2, 1, 1], raw: floats(0, 0) },
    ws: { type: FLOAT, dims: [2], raw: floats(1, 10) },
    rs: { type: FLOAT, dims: [2], raw: floats(2, 20) },
    wz: { type: INT8, dims: [2], raw: Uint8Array.of(0, 0) },
  },
  inputs: { x: [1, 1, 2] },
  outputs: ['y'],
};

function toFloat(sketch: ModelSketch): OnnxModel {
  const model = OnnxModel.parse(buildModel(sketch));
  toFloatGraph(model);
  // As it is written and read again.
  return OnnxModel.parse(model.toBytes());
}

function valuesOf(model: OnnxModel, node: OnnxNode, index: number): number[] {
  const { dataType, data } = model.tensor(node.inputs[index]!)!;
  expect(dataType).toBe(FLOAT);
  return [...new Float32Array(data.slice().buffer)];
}

test('a convolution of bytes becomes one of floats, with its bias and its steps', () => {
  const model = toFloat(convolution);
  expect(model.nodes.map(({ opType }) => opType)).toEqual(['Conv']);
  const [node] = model.nodes as [OnnxNode];
  expect(node.inputs[0]).toBe('x');
  expect(node.outputs).toEqual(['y']);
  expect(node.attributes.get('pads')!.ints).toEqual([1, 1]);
  expect(node.attributes.get('dilations')!.ints).toEqual([2]);
  expect(valuesOf(model, node, 1)).toEqual(
    [10, -20].map((step) => Math.fround(step * Math.fround(0.02))),
  );
  expect(valuesOf(model, node, 2)).toEqual([0.5]);
});

test('products that share weights share their floats, with a scale for each output', () => {
  const model = toFloat(product);
  expect(model.nodes.map(({ opType, outputs }) => [opType, outputs])).toEqual([
    ['MatMul', ['y']],
    ['MatMul', ['y2']],
  ]);
  const [first, second] = model.nodes as [OnnxNode, OnnxNode];
  expect(valuesOf(model, first, 1)).toEqual([1, 20, 300, -1, -20, -300]);
  expect(second.inputs).toEqual(first.inputs);
});

test('a recurrent layer gets its matrices the other way round, each direction with its scale', () => {
  const model = toFloat(recurrent);
  const [node] = model.nodes as [OnnxNode];
  expect(node.opType).toBe('LSTM');
  expect(node.inputs.slice(3)).toEqual(['b', '', 'h', 'c', '']);
  expect(model.tensor(node.inputs[1]!)!.dims).toEqual([2, 4, 2]);
  expect(valuesOf(model, node, 1)).toEqual([
    ...[0, 4, 1, 5, 2, 6, 3, 7],
    ...[80, 120, 90, 130, 100, 140, 110, 150],
  ]);
  expect(valuesOf(model, node, 2)).toEqual([0, 2, 4, 6, 80, 100, 120, 140]);
});

test('a quantised look-up becomes one in floats, any other stays', () => {
  const model = toFloat({
    nodes: [
      { op: 'Gather', inputs: ['table', 'x'], outputs: ['bytes'] },
      { op: 'DequantizeLinear', inputs: ['bytes', 'scale', 'zero'], outputs: ['y'] },
      { op: 'Gather', inputs: ['plain', 'x'], outputs: ['other'] },
    ],
    tensors: {
      table: { type: INT8, dims: [2, 1], raw: Uint8Array.of(4, 255) },
      scale: { type: FLOAT, dims: [], raw: floats(0.5) },
      zero: { type: INT8, dims: [], raw: Uint8Array.of(0) },
      plain: { type: FLOAT, dims: [1], raw: floats(1) },
    },
    inputs: { x: [1] },
    outputs: ['y', 'other'],
  });
  expect(model.nodes.map(({ outputs }) => outputs)).toEqual([['y'], ['other']]);
  expect(valuesOf(model, model.nodes[0]!, 0)).toEqual([2, -0.5]);
});

test('a layer of another pattern is refused', () => {
  const zeroPoints = { type: INT8, dims: [3], raw: Uint8Array.of(0, 1, 0) };
  const tensors = { ...product.tensors, w_zero: zeroPoints };
  expect(() => toFloat({ ...product, tensors })).toThrow(RangeError);
});
