// What the compiled kernels must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { GGUF_TYPE } from '../../workers/runtimes/llama/gguf.ts';
import type { GgufTensor } from '../../workers/runtimes/llama/gguf.ts';
import { createLlamaTeam } from '../../workers/runtimes/llama/kernels.ts';
import type { LlamaTeam } from '../../workers/runtimes/llama/kernels.ts';
import type { LinearMemory } from '../../workers/runtimes/linear-memory.ts';
import { pack4, pack8, unpackRow8 } from '../../workers/runtimes/llama/packed-weights.ts';
import { createNoise } from '../support/noise.ts';

const HALF_SIXTEENTH = 0x2c00;
const HALF_MINUS_HALF = 0xb800;

function put(memory: LinearMemory, values: ArrayLike<number>): number {
  const at = memory.takeFloats(values.length);
  memory.floats(at, values.length).set(values);
  return at;
}

/** A matrix in the file's form, and as numbers. */
function createMatrix(type: number, { rows, columns }: { rows: number; columns: number }) {
  const bytesPerBlock = { [GGUF_TYPE.q4_0]: 18, [GGUF_TYPE.q4_1]: 20, [GGUF_TYPE.q8_0]: 34 }[type]!;
  const blocks = (rows * columns) / 32;
  const data = new DataView(new ArrayBuffer(blocks * bytesPerBlock));
  const numbers = new Float64Array(rows * columns);
  const noise = createNoise(7);
  for (let block = 0; block < blocks; block += 1) {
    const at = block * bytesPerBlock;
    data.setUint16(at, HALF_SIXTEENTH, true);
    if (type === GGUF_TYPE.q4_1) data.setUint16(at + 2, HALF_MINUS_HALF, true);
    for (let i = 0; i < 32; i += 1) {
      if (type === GGUF_TYPE.q8_0) {
        const byte = Math.round(noise() * 127);
        data.setInt8(at + 2 + i, byte);
        numbers[block * 32 + i] = byte / 16;
        continue;
      }
      const nibble = Math.min(15, Math.floor((noise() + 1) * 8));
      const byteAt = at + bytesPerBlock - 16 + (i % 16);
      data.setUint8(byteAt, data.getUint8(byteAt) | (i < 16 ? nibble : nibble << 4));
      numbers[block * 32 + i] = nibble / 16 - 0.5;
    }
  }
  return { tensor: { type, dims: [columns, rows], data } as GgufTensor, numbers };
}

function multiplyPlainly(
  numbers: Float64Array,
  x: readonly number[],
  rows: number,
): readonly number[] {
  return Array.from({ length: rows }, (_, row) =>
    x.reduce((sum, value, column) => sum + value * (numbers[row * x.length + column] ?? 0), 0),
  );
}

function expectClose(got: Float32Array, expected: readonly number[], tolerance: number): void {
  const scale = Math.max(...expected.map(Math.abs));
  expect(got).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((got[index] ?? NaN) - value)).toBeLessThan(tolerance * scale);
  }
}

/** @param text the kernels as base64. */
export function describeKernels(name: string, text: string, shared: boolean): void {
  describe(name, () => {
    const load = (): Pick<LlamaTeam, 'kernels' | 'memory' | 'scratch'> =>
      createLlamaTeam({ binary: fromBase64(text), shared, contextTokens: 64 });

    test.for([
      ['Q4_0', GGUF_TYPE.q4_0],
      ['Q4_1', GGUF_TYPE.q4_1],
    ] as const)('products with %s weights, one to nine vectors at once', ([, type]) => {
      const { kernels, memory } = load();
      const [rows, columns] = [12, 96];
      const { tensor, numbers } = createMatrix(type, { rows, columns });
      const matrix = pack4(tensor, memory);
      const noise = createNoise(3);
      for (const tokens of [1, 4, 9]) {
        const x = Array.from({ length: tokens * columns }, noise);
        const blocks = x.length / 32;
        const values = memory.take(x.length);
        const [scales, sums] = [memory.takeFloats(blocks), memory.takeFloats(blocks)];
        kernels.quantize(put(memory, x), blocks, values, scales, sums);
        const out = memory.takeFloats(tokens * rows);
        const call = [matrix.at, rows, 3, tokens, values, scales, sums, out] as const;
        kernels.multiply4(...call, 1, 3, 0);
        kernels.multiply4(...call, 0, 1, 0);
        for (let token = 0; token < tokens; token += 1) {
          const own = x.slice(token * columns, (token + 1) * columns);
          const got = memory.floats(out + token * rows * 4, rows);
          expectClose(got, multiplyPlainly(numbers, own, rows), 0.01);
        }
      }
    });

    test('products with 8-bit weights, and their rows as they were', () => {
      const { kernels, memory } = load();
      const [rows, columns] = [8, 64];
      const { tensor, numbers } = createMatrix(GGUF_TYPE.q8_0, { rows, columns });
      const matrix = pack8(tensor, memory);
      const x = Array.from({ length: columns }, createNoise(5));
      const values = memory.take(columns);
      const [scales, sums] = [memory.takeFloats(2), memory.takeFloats(2)];
      kernels.quantizeAround64(put(memory, x), 2, values, scales, sums);
      const out = memory.takeFloats(rows);
      kernels.multiply8(matrix.at, 2, values, scales, out, 1, 2, 0);
      kernels.multiply8(matrix.at, 2, values, scales, out, 0, 1, 0);
      expectClose(memory.floats(out, rows), multiplyPlainly(numbers, x, rows), 0.03);
      const row = new Float32Array(columns);
      unpackRow8(matrix, 5, { from: new DataView(memory.memory.buffer), to: row });
      expectClose(row, [...numbers.subarray(5 * columns, 6 * columns)], 1e-6);
    });

    test('its dot product is exact at the ends of its range', () => {
      expect((load().kernels as unknown as { isExact(): number }).isExact()).toBe(1);
    });

    test('norm, sum, gate and turn', () => {
      const { kernels, memory } = load();
      const x = Array.from({ length: 16 }, createNoise(9)).map((value) => 4 * value);
      const y = Array.from({ length: 16 }, createNoise(11));
      const out = memory.takeFloats(16);
      kernels.normalize(put(memory, x), put(memory, y), 16, 1e-5, out);
      const root = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / 16 + 1e-5);
      expectClose(
        memory.floats(out, 16),
        x.map((value, i) => (value / root) * y[i]!),
        1e-6,
      );

      const sum = put(memory, x);
      kernels.add(sum, put(memory, y), 16);
      expectClose(
        memory.floats(sum, 16),
        x.map((value, i) => value + y[i]!),
        1e-6,
      );

      const gate = put(memory, [...x.slice(0, 14), 90, -90]);
      kernels.gateUp(gate, put(memory, y), 16);
      const silu = [...x.slice(0, 14), 90, -90].map((value) => value / (1 + Math.exp(-value)));
      expectClose(
        memory.floats(gate, 16),
        silu.map((value, i) => value * y[i]!),
        1e-6,
      );

      const angles = [0.3, 1.2, -2, 0.01];
      const turned = put(memory, x);
      kernels.rotate(
        turned,
        2,
        8,
        put(
          memory,
          angles.flatMap((a) => [Math.cos(a), Math.sin(a)]),
        ),
      );
      const expected = x.map((_value, i) => {
        const [a, pair] = [angles[(i % 8) >> 1]!, i - (i % 2)];
        const [left, right] = [x[pair]!, x[pair + 1]!];
        return i % 2 === 0
          ? left * Math.cos(a) - right * Math.sin(a)
          : left * Math.sin(a) + right * Math.cos(a);
      });
      expectClose(memory.floats(turned, 16), expected, 1e-6);
    });

    test.for([1, 5, 8])('attention to %i positions, two heads to each key', (positions) => {
      const { kernels, memory, scratch } = load();
      const [heads, keyHeads, size] = [4, 2, 8];
      const noise = createNoise(13);
      const query = Array.from({ length: heads * size }, () => 5 * noise());
      const keys = Array.from({ length: positions * keyHeads * size }, noise);
      const values = Array.from({ length: positions * keyHeads * size }, noise);
      const out = memory.takeFloats(heads * size);
      const at = [put(memory, keys), put(memory, values)] as const;
      const call = [put(memory, query), heads, keyHeads, size, ...at, positions, out] as const;
      kernels.attend(...call, 1, 4, scratch);
      kernels.attend(...call, 0, 1, scratch);
      const expected = Array.from({ length: heads }, (_head, head) => {
        const keyAt = (position: number): number => (position * keyHeads + (head >> 1)) * size;
        const weights = Array.from({ length: positions }, (_position, position) => {
          const product = (i: number): number =>
            query[head * size + i]! * keys[keyAt(position) + i]!;
          const sum = Array.from({ length: size }, (_i, i) => product(i)).reduce((a, b) => a + b);
          return Math.exp(sum / Math.sqrt(size));
        });
        const total = weights.reduce((a, b) => a + b);
        return Array.from({ length: size }, (_i, i) =>
          weights.reduce((sum, w, position) => sum + (w / total) * values[keyAt(position) + i]!, 0),
        );
      });
      expectClose(memory.floats(out, heads * size), expected.flat(), 1e-5);
    });
  });
}
