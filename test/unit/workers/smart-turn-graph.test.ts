import { expect, test } from 'vitest';
import { OnnxModel } from '../../../workers/runtimes/onnx-graph/onnx-model.ts';
import { cutSmartTurnWindow, SMART_TURN_INPUT } from '../../../workers/engines/smart-turn-graph.ts';
import { buildModel, floats } from '../../support/onnx-builder.ts';

const int64 = (value: number) => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);

/** Eight frames, four positions of two numbers each. */
const FULL_FRAMES = 8;
const file = buildModel({
  nodes: [
    { op: 'Conv', inputs: [SMART_TURN_INPUT, 'kernel'], outputs: ['heard'] },
    { op: 'Add', inputs: ['heard', 'positions'], outputs: ['placed'] },
    { op: 'Concat', inputs: ['one', 'length', 'width'], outputs: ['shape'] },
    { op: 'Reshape', inputs: ['placed', 'shape'], outputs: ['y'] },
  ],
  tensors: {
    kernel: { type: 1, dims: [2], raw: floats(1, 2) },
    positions: { type: 1, dims: [4, 2], raw: floats(1, 2, 3, 4, 5, 6, 7, 8) },
    one: { type: 7, dims: [1], raw: int64(1) },
    length: { type: 7, dims: [1], raw: int64(4) },
    width: { type: 7, dims: [1], raw: int64(2) },
  },
  inputs: { [SMART_TURN_INPUT]: [1, 80, FULL_FRAMES] },
  outputs: ['y'],
});

test('the last positions stay, with the numbers they had, and shapes follow', () => {
  const cut = cutSmartTurnWindow(file.buffer, { frames: 4, fullFrames: FULL_FRAMES });
  expect(cut.frames).toBe(4);
  const model = OnnxModel.parse(new Uint8Array(cut.bytes));
  expect(model.tensor('positions')).toEqual({
    dataType: 1,
    dims: [2, 2],
    data: floats(5, 6, 7, 8),
  });
  expect(['one', 'length', 'width'].map((name) => model.tensor(name)?.data)).toEqual([
    int64(1),
    int64(2),
    int64(2),
  ]);
});

test('a file that is no such graph, or none at all, comes back as it is', () => {
  const plain = buildModel({
    nodes: [{ op: 'Relu', inputs: [SMART_TURN_INPUT], outputs: ['y'] }],
    tensors: {},
    inputs: { [SMART_TURN_INPUT]: [1, 80, FULL_FRAMES] },
    outputs: ['y'],
  });
  for (const { buffer } of [plain, Uint8Array.of(1, 2, 3), new Uint8Array(0)]) {
    const cut = cutSmartTurnWindow(buffer, { frames: 4, fullFrames: FULL_FRAMES });
    expect(cut).toEqual({ bytes: buffer, frames: FULL_FRAMES });
  }
});
