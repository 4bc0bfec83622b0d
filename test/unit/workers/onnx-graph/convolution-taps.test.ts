import { describe, expect, test } from 'vitest';
import { rewriteConvolutions } from '../../../../workers/runtimes/onnx-graph/convolution-taps.ts';
import { OnnxModel } from '../../../../workers/runtimes/onnx-graph/onnx-model.ts';
import { buildModel, floats, sketchConvolution } from '../../../support/onnx-builder.ts';

/** Two outputs, two inputs, two taps. */
const weights = {
  type: 2,
  dims: [2, 2, 2],
  raw: Uint8Array.of(...[128, 129, 130, 131], ...[0, 255, 100, 50]),
};
const base = {
  channels: 2,
  weights,
  zeroPoint: 120,
  bias: floats(1, 2),
  attributes: { dilations: [3], group: 1, kernel_shape: [2], pads: [3, 1], strides: [1] },
};
const opsOf = (model: OnnxModel): string[] => model.nodes.map((node) => node.opType);

describe('a plain convolution', () => {
  const model = OnnxModel.parse(buildModel(sketchConvolution(base)));
  const counts = rewriteConvolutions(model);

  test('becomes one product per tap, channel-last', () => {
    expect(counts).toEqual({ products: 1, floats: 0 });
    expect(opsOf(model)).toEqual([
      ...['Transpose', 'DynamicQuantizeLinear', 'Pad'],
      ...['Slice', 'MatMulInteger', 'Slice', 'MatMulInteger', 'Add'],
      ...['Cast', 'Mul', 'Mul', 'Add', 'Transpose'],
    ]);
    expect(model.nodes.at(-1)!.outputs).toEqual(['y']);
  });

  test('the weights of each tap are [input, output] and signed, the zero point with them', () => {
    const products = model.nodes.filter((node) => node.opType === 'MatMulInteger');
    const [first, second] = products.map(({ inputs }) => model.tensor(inputs[1]!)!);
    const signed = (data: Uint8Array): number[] => [...new Int8Array(Uint8Array.from(data).buffer)];
    expect(first!.dims).toEqual([2, 2]);
    expect(first!.dataType).toBe(3);
    expect(signed(first!.data)).toEqual([0, -128, 2, -28]);
    expect(signed(second!.data)).toEqual([1, 127, 3, -78]);
    expect(signed(model.tensor(products[0]!.inputs[3]!)!.data)).toEqual([-8]);
  });

  test('the signal is shifted by the dilation, to the end for the last tap', () => {
    const bounds = model.nodes
      .filter((node) => node.opType === 'Slice')
      .map(({ inputs }) => inputs.slice(1).map((name) => name.replace('int64/', '')));
    expect(bounds).toEqual([
      ['0', '-3', '1'],
      ['3', '2147483647', '1'],
    ]);
    expect(model.nodes.find((node) => node.opType === 'Pad')!.inputs[1]).toBe('int64/0,3,0,0,1,0');
  });

  test('what made the rounded bias and the old scale is gone', () => {
    expect(
      ['Div', 'Round', 'Reshape', 'ConvInteger'].filter((op) => opsOf(model).includes(op)),
    ).toEqual([]);
    expect(model.hasTensor('bias_shape')).toBe(false);
    expect(model.hasTensor('w')).toBe(false);
  });
});

test('a kernel of one tap needs neither slice nor sum', () => {
  const single = { type: 2, dims: [1, 2, 1], raw: Uint8Array.of(1, 2) };
  const attributes = { kernel_shape: [1], pads: [0, 0], strides: [1] };
  const sketch = sketchConvolution({ ...base, weights: single, bias: null, attributes });
  const model = OnnxModel.parse(buildModel(sketch));
  rewriteConvolutions(model);
  expect(opsOf(model)).toEqual([
    ...['Transpose', 'DynamicQuantizeLinear', 'MatMulInteger'],
    ...['Cast', 'Mul', 'Mul', 'Transpose'],
  ]);
});

test('a strided one becomes a float convolution with the weights made whole', () => {
  const attributes = { ...base.attributes, strides: [2] };
  const model = OnnxModel.parse(buildModel(sketchConvolution({ ...base, attributes })));
  expect(rewriteConvolutions(model)).toEqual({ products: 0, floats: 1 });
  expect(opsOf(model)).toEqual(['Conv']);
  const [conv] = model.nodes;
  expect([conv!.inputs[0], conv!.inputs[2], conv!.outputs[0]]).toEqual(['x', 'bias', 'y']);
  expect(conv!.attributes.get('strides')!.ints).toEqual([2]);
  const values = new Float32Array(Uint8Array.from(model.tensor(conv!.inputs[1]!)!.data).buffer);
  expect([...values].map((value) => Math.round(value / 0.02))).toEqual([
    8, 9, 10, 11, -120, 135, -20, -70,
  ]);
});

test.each([
  ['two-dimensional', { weights: { ...weights, dims: [2, 2, 1, 2] } }],
  ['padded in two dimensions', { attributes: { kernel_shape: [2], pads: [1, 1, 1, 1] } }],
])('one that is %s stays as it is', (_name, change) => {
  const model = OnnxModel.parse(buildModel(sketchConvolution({ ...base, ...change })));
  expect(rewriteConvolutions(model)).toEqual({ products: 0, floats: 0 });
  expect(opsOf(model)).toContain('ConvInteger');
});
