import { expect, test } from 'vitest';
import { splitTensors } from '../../../../workers/runtimes/onnx-graph/external-tensors.ts';
import { OnnxModel } from '../../../../workers/runtimes/onnx-graph/onnx-model.ts';
import { MessageWriter, readFields } from '../../../../workers/runtimes/onnx-graph/protobuf.ts';
import { buildModel, floats } from '../../../support/onnx-builder.ts';
import type { ModelSketch } from '../../../support/onnx-builder.ts';

const sketch: ModelSketch = {
  nodes: [
    { op: 'Mul', inputs: ['x', 'two'], outputs: ['doubled'] },
    { op: 'Add', inputs: ['x', 'unused'], outputs: ['nobody'] },
    { op: 'Transpose', inputs: ['doubled'], outputs: ['y'], attributes: { perm: [1, 0] } },
  ],
  tensors: {
    two: { type: 1, dims: [], raw: floats(2) },
    unused: { type: 1, dims: [2], raw: floats(1, 2) },
    small: { type: 2, dims: [3], int32s: [1, 200, 255] },
    signed: { type: 3, dims: [2], int32s: [-1, 127] },
    wide: { type: 6, dims: [2], int32s: [-2, 70_000] },
  },
  inputs: { x: [2, 3] },
  outputs: ['y'],
};
const file = buildModel(sketch);

test('nodes, attributes and outputs are read', () => {
  const model = OnnxModel.parse(file);
  expect(model.nodes.map(({ opType, inputs, outputs }) => [opType, inputs, outputs])).toEqual([
    ['Mul', ['x', 'two'], ['doubled']],
    ['Add', ['x', 'unused'], ['nobody']],
    ['Transpose', ['doubled'], ['y']],
  ]);
  expect(model.nodes[2]!.attributes.get('perm')!.ints).toEqual([1, 0]);
  expect(model.outputs).toEqual(['y']);
});

test('the type of an input is told, also of one that was changed', () => {
  const model = OnnxModel.parse(file);
  expect([model.inputType('x'), model.inputType('z')]).toEqual([1, undefined]);
  model.setInput('x', { dataType: 6, dims: [1] });
  expect(model.inputType('x')).toBe(6);
  expect(OnnxModel.parse(model.toBytes()).inputType('x')).toBe(6);
});

test('values are read from bytes and from numbers', () => {
  const model = OnnxModel.parse(file);
  expect(model.tensor('unused')).toEqual({ dataType: 1, dims: [2], data: floats(1, 2) });
  expect([...model.tensor('small')!.data]).toEqual([1, 200, 255]);
  expect([...model.tensor('signed')!.data]).toEqual([255, 127]);
  expect([...new Int32Array(Uint8Array.from(model.tensor('wide')!.data).buffer)]).toEqual([
    -2, 70_000,
  ]);
  expect(model.tensor('absent')).toBeUndefined();
});

test('a model that is not changed says the same when written back', () => {
  const again = OnnxModel.parse(OnnxModel.parse(file).toBytes());
  const first = OnnxModel.parse(file);
  expect(again.nodes).toEqual(first.nodes);
  expect(again.tensor('wide')).toEqual(first.tensor('wide'));
  const numbersOf = (bytes: Uint8Array) => [...readFields(bytes)].map((field) => field.number);
  expect(numbersOf(again.toBytes()).sort()).toEqual(numbersOf(file).sort());
});

test('large tensors are written beside the model, without a copy', () => {
  const large = buildModel({
    ...sketch,
    tensors: { ...sketch.tensors, large: { type: 1, dims: [2_000], raw: new Uint8Array(8_000) } },
  });
  const model = OnnxModel.parse(large);
  const added = new Uint8Array(5_000).fill(7);
  model.setTensor('added', { dataType: 3, dims: [5_000], data: added });
  const { bytes, externalData } = model.toParts();
  expect(bytes.length).toBeLessThan(2_000);
  expect(externalData.map(({ data }) => data.length)).toEqual([8_000, 5_000]);
  expect(externalData[0]!.data.buffer).toBe(large.buffer);
  expect(externalData[1]!.data).toBe(added);
  // dims, type, name, where to look, and that it is elsewhere.
  const graph = [...readFields(bytes)].find(({ number }) => number === 7)!;
  const tensors = [...readFields(graph.bytes)].filter(({ number }) => number === 5);
  const last = [...readFields(tensors.at(-1)!.bytes)];
  expect(last.map(({ number }) => number)).toEqual([1, 2, 8, 13, 13, 13, 14]);
  const text = new TextDecoder().decode(last[3]!.bytes);
  expect(text).toContain(externalData[1]!.path);
});

test('so are those of a file whose graph is not read', () => {
  const large = buildModel({
    ...sketch,
    tensors: { ...sketch.tensors, large: { type: 1, dims: [2_000], raw: new Uint8Array(8_000) } },
  });
  const { bytes, externalData } = splitTensors(large)!;
  expect(externalData.map(({ data }) => data.length)).toEqual([8_000]);
  expect(externalData[0]!.data.buffer).toBe(large.buffer);
  const model = OnnxModel.parse(bytes);
  expect(model.nodes).toEqual(OnnxModel.parse(large).nodes);
  expect(model.tensor('wide')).toEqual(OnnxModel.parse(large).tensor('wide'));
  expect(splitTensors(large.subarray(0, 100))).toBeNull();
});

test('pruning leaves what the outputs need', () => {
  const model = OnnxModel.parse(file);
  model.prune();
  expect(model.nodes.map((node) => node.opType)).toEqual(['Mul', 'Transpose']);
  expect(['two', 'unused', 'small'].map((name) => model.hasTensor(name))).toEqual([
    true,
    false,
    false,
  ]);
});

test('an output that is added survives pruning and writing', () => {
  const model = OnnxModel.parse(file);
  model.addOutput('nobody', 1);
  model.prune();
  const again = OnnxModel.parse(model.toBytes());
  expect(again.outputs).toEqual(['y', 'nobody']);
  expect(again.nodes.length).toBe(3);
});

test('an input that is set has the new shape', () => {
  const model = OnnxModel.parse(file);
  model.setInput('x', { dataType: 1, dims: [4, 7] });
  const wanted = OnnxModel.parse(buildModel({ ...sketch, inputs: { x: [4, 7] } }));
  expect(model.toBytes()).toEqual(wanted.toBytes());
});

test('a tensor that is set replaces the one of that name', () => {
  const model = OnnxModel.parse(file);
  model.setTensor('two', { dataType: 1, dims: [1], data: floats(3) });
  const again = OnnxModel.parse(model.toBytes());
  expect(again.tensor('two')).toEqual({ dataType: 1, dims: [1], data: floats(3) });
});

test('nested graphs are refused, for their values would be missed', () => {
  const branch = new MessageWriter().string(1, 'then_branch').message(6, new MessageWriter());
  const node = new MessageWriter().string(4, 'If').message(5, branch);
  const graph = new MessageWriter().message(1, node);
  expect(() => OnnxModel.parse(new MessageWriter().message(7, graph).toBytes())).toThrow('nested');
});

test('bytes without a graph are refused', () => {
  expect(() => OnnxModel.parse(new Uint8Array(0))).toThrow('no graph');
});
