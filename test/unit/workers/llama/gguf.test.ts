import { describe, expect, test } from 'vitest';
import { fromHalf, GGUF_TYPE, readGguf } from '../../../../workers/runtimes/llama/gguf.ts';
import { shapeOf } from '../../../../workers/runtimes/llama/llama-model.ts';
import { createSimdRuntime } from '../../../../workers/runtimes/llama/simd-runtime.ts';
import { GgufFile } from '../../../support/gguf-file.ts';

test('metadata and tensors of a file, in the order and alignment they have', () => {
  const file = new GgufFile(64)
    .text('general.name', 'test')
    .number('llama.block_count', 30)
    .texts('tokenizer.ggml.tokens', ['one', 'two'])
    .tensor('a', { type: GGUF_TYPE.f32, dims: [2], bytes: [0, 0, 128, 63, 0, 0, 0, 64] })
    .tensor('b', { type: GGUF_TYPE.f32, dims: [1], bytes: [0, 0, 64, 64] });
  const { metadata, tensors } = readGguf(file.build());
  expect(metadata.get('general.name')).toBe('test');
  expect(metadata.get('llama.block_count')).toBe(30);
  expect(metadata.get('tokenizer.ggml.tokens')).toEqual(['one', 'two']);
  expect(tensors.get('a')).toMatchObject({ type: 0, dims: [2] });
  expect(tensors.get('a')!.data.getFloat32(4, true)).toBe(2);
  expect(tensors.get('b')!.data.getFloat32(0, true)).toBe(3);
});

test('half-precision numbers: normal, subnormal, infinite', () => {
  const bits = [0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7c00];
  expect(bits.map(fromHalf).map((value) => Number(value.toPrecision(4)))).toEqual([
    1,
    -2,
    0.3333,
    5.96e-8,
    0,
    Infinity,
  ]);
  expect(fromHalf(0x7e00)).toBeNaN();
});

describe('files that it does not run', () => {
  const { signal } = new AbortController();
  const options = { modelId: 'm', threads: 1, contextTokens: 64, signal };

  test.each([
    ['a web page', new TextEncoder().encode('<!doctype html>').buffer],
    ['nothing', new ArrayBuffer(0)],
    ['a file cut off', new GgufFile(32).text('general.name', 'test').build().slice(0, 40)],
  ])('%s is no model', async (_, bytes) => {
    await expect(createSimdRuntime(bytes, options)).rejects.toMatchObject({
      code: 'model-invalid',
    });
  });

  test('another architecture is left to another runtime', async () => {
    const file = new GgufFile(32).text('general.architecture', 'gemma').build();
    expect(shapeOf(readGguf(file))).toBeNull();
    expect(await createSimdRuntime(file, options)).toBeNull();
  });
});
