// What the voice detector's compiled kernels must compute, beside plain arithmetic. In Node or in a browser.
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../../src/core/base64.ts';
import { LinearMemory } from '../../workers/runtimes/linear-memory.ts';
import type { Kernels } from '../../workers/runtimes/silero/kernels.ts';
import { createNoise } from '../support/noise.ts';

const BYTES = 4;

function load(binary: string): { kernels: Kernels; memory: LinearMemory } {
  const memory = new LinearMemory();
  const module = new WebAssembly.Module(fromBase64(binary));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  return { kernels: exports as unknown as Kernels, memory };
}

function put(memory: LinearMemory, values: readonly number[]): number {
  const at = memory.takeFloats(values.length);
  memory.floats(at, values.length).set(values);
  return at;
}

function createValues(count: number, seed: number): number[] {
  const noise = createNoise(seed);
  return Array.from({ length: count }, () => Math.fround(noise()));
}

function expectClose(got: Float32Array, expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((got[index] ?? NaN) - value)).toBeLessThan(1e-5);
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** @param binary the kernels as base64. */
export function describeKernels(name: string, binary: string): void {
  describe(name, () => {
    test.for([1, 2, 4, 5])('products with %i overlapping vectors, not below the floor', (count) => {
      const { kernels, memory } = load(binary);
      const [rows, depth, step] = [16, 12, 8];
      const matrix = createValues(rows * depth, 1);
      const packed = matrix.map((_, at) => {
        const [tile, rest] = [Math.floor(at / (8 * depth)), at % (8 * depth)];
        return matrix[(tile * 8 + (rest % 8)) * depth + Math.floor(rest / 8)] ?? 0;
      });
      const biases = createValues(rows, 2);
      const x = createValues(step * count + depth, 3);
      const expected = Array.from({ length: count }, (_, vector) =>
        biases.map((bias, row) =>
          Math.max(
            0,
            x
              .slice(vector * step, vector * step + depth)
              .reduce((sum, each, column) => sum + each * matrix[row * depth + column]!, bias),
          ),
        ),
      );
      const out = memory.takeFloats(rows * count);
      kernels.multiply(
        ...([put(memory, packed), put(memory, biases), rows, depth] as const),
        ...([put(memory, x), step * BYTES, count, 0, out, rows * BYTES] as const),
      );
      expectClose(memory.floats(out, rows * count), expected.flat());
    });

    test('absolute values of complex numbers', () => {
      const { kernels, memory } = load(binary);
      const [re, im] = [createValues(12, 1), createValues(12, 2)];
      const out = memory.takeFloats(12);
      kernels.magnitudes(put(memory, [...re, ...im]), 12, out);
      expectClose(
        memory.floats(out, 12),
        re.map((value, index) => Math.hypot(value, im[index]!)),
      );
    });

    test('a step of an LSTM, also where its curves are flat', () => {
      const { kernels, memory } = load(binary);
      const gates = createValues(32, 1).map((value) => value * 40);
      const kept = createValues(8, 2);
      const cell = put(memory, kept);
      const hidden = memory.takeFloats(8);
      kernels.step(put(memory, gates), 8, cell, hidden);
      const cells = kept.map((value, k) => {
        const [input, forget, fresh] = [gates[k]!, gates[8 + k]!, gates[16 + k]!];
        return sigmoid(forget) * value + sigmoid(input) * Math.tanh(fresh);
      });
      expectClose(memory.floats(cell, 8), cells);
      expectClose(
        memory.floats(hidden, 8),
        cells.map((value, k) => sigmoid(gates[24 + k]!) * Math.tanh(value)),
      );
    });
  });
}
