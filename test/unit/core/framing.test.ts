import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Framer } from '../../../src/core/framing.ts';

function cut(framer: Framer, chunks: readonly number[][]): number[][] {
  const windows: number[][] = [];
  for (const chunk of chunks) framer.push(Float32Array.from(chunk), (w) => windows.push([...w]));
  return windows;
}

test('cuts windows back to back out of chunks of any length', () => {
  const framer = new Framer(4);
  expect(cut(framer, [[1], [2, 3, 4, 5, 6, 7, 8, 9], [], [10]])).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  expect(framer.pendingSamples).toBe(2);
  const rest: number[][] = [];
  framer.flush((window) => rest.push([...window]));
  expect(rest).toEqual([[9, 10, 0, 0]]);
  framer.flush(() => {
    throw new Error('nothing waits');
  });
  cut(framer, [[1, 2]]);
  framer.reset();
  expect(cut(framer, [[3, 4, 5, 6]])).toEqual([[3, 4, 5, 6]]);
});

test('loses and repeats nothing, whatever the chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 })),
      fc.integer({ min: 1, max: 33 }),
      (lengths, size) => {
        let next = 0;
        const framer = new Framer(size);
        const windows = cut(
          framer,
          lengths.map((length) => Array.from({ length }, () => next++)),
        );
        expect(windows.flat()).toEqual(
          Array.from({ length: next - framer.pendingSamples }, (_, i) => i),
        );
        expect(framer.pendingSamples).toBe(next % size);
      },
    ),
  );
});

test('hands out the same memory each time, so that no call allocates', () => {
  const seen = new Set<Float32Array>();
  new Framer(2).push(new Float32Array(8), (window) => seen.add(window));
  expect(seen.size).toBe(1);
});

test('refuses a window that is none', () => {
  expect(() => new Framer(0)).toThrow('windowSamples: must be a positive integer, got 0');
});
