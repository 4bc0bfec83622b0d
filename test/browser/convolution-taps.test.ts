import { describe, expect, test } from 'vitest';
import { rewriteConvolutions } from '../../workers/runtimes/onnx-graph/convolution-taps.ts';
import { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import { buildModel, floats, sketchConvolution } from '../support/onnx-builder.ts';

const CHANNELS = 12;
const TIME = 50;
const OUTPUTS = 9;

/** The same numbers in every run (a linear congruential generator). */
function createNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function runModel(bytes: Uint8Array<ArrayBuffer>, x: Float32Array): Promise<Float32Array> {
  const session = await createOnnxSession(bytes.buffer, { modelId: 'test', threads: 1 });
  const { y } = await session.run({ x: new Tensor('float32', x, [1, CHANNELS, TIME]) });
  expect(y!.dims.slice(0, 2)).toEqual([1, OUTPUTS]);
  await session.release();
  return y!.data as Float32Array;
}

describe('rewritten convolutions give the same numbers in the runtime', () => {
  test.each([
    { name: 'unsigned weights, padded', type: 2, taps: 5, pads: [2, 2] },
    { name: 'signed weights, dilated', type: 3, taps: 3, pads: [5, 5], dilations: [5] },
    { name: 'no bias, not padded', type: 2, taps: 4, pads: [0, 0], hasBias: false },
    { name: 'one tap', type: 2, taps: 1, pads: [0, 0] },
    { name: 'uneven padding', type: 2, taps: 7, pads: [1, 4], dilations: [2] },
    { name: 'strided', type: 2, taps: 4, pads: [1, 1], strides: [2] },
  ])('$name', async ({ type, taps, pads, dilations = [1], strides = [1], hasBias = true }) => {
    const next = createNumbers(taps);
    const size = OUTPUTS * CHANNELS * taps;
    const model = buildModel(
      sketchConvolution({
        channels: CHANNELS,
        weights: {
          type,
          dims: [OUTPUTS, CHANNELS, taps],
          raw: Uint8Array.from({ length: size }, () => next() * 256),
        },
        zeroPoint: type === 2 ? 131 : 3,
        bias: hasBias ? floats(...Array.from({ length: OUTPUTS }, () => next() * 4 - 2)) : null,
        attributes: { pads, dilations, strides, group: 1, kernel_shape: [taps] },
      }),
    );
    const x = Float32Array.from({ length: CHANNELS * TIME }, () => next() * 6 - 2);
    const rewritten = OnnxModel.parse(model);
    const counts = rewriteConvolutions(rewritten);
    expect(counts.products + counts.floats).toBe(1);
    const expected = await runModel(model, x);
    const actual = await runModel(rewritten.toBytes(), x);
    expect(actual.length).toBe(expected.length);
    const range = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = actual.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - expected[i]!)),
      0,
    );
    // Products: only the rounding of the bias differs. Float: the rounding of the signal as well.
    expect(worst / range).toBeLessThan(counts.products === 1 ? 0.0001 : 0.01);
  });
});
