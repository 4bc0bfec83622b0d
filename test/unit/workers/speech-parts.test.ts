import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toParts } from '../../../workers/engines/speech-parts.ts';

test('the first part is short, each later one twice as long, the rest with the last', () => {
  expect(toParts(Float32Array.of(1, 99, 60))).toEqual([
    [0, 12],
    [12, 36],
    [36, 84],
    [84, 160],
  ]);
});

test('silence in front is left out, but for the onset of the first sound', () => {
  expect(toParts(Float32Array.of(21, 10, 40))[0]).toEqual([19, 31]);
  expect(toParts(Float32Array.of(3, 30))).toEqual([[1, 33]]);
});

test('parts follow one another up to the end', () => {
  const durations = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 80 });
  fc.assert(
    fc.property(durations, (each) => {
      const parts = toParts(Float32Array.from(each));
      expect(parts.at(-1)?.[1]).toBe(each.reduce((sum, frames) => sum + frames, 0));
      for (const [index, [from, to]] of parts.entries()) {
        if (index > 0) expect(from).toBe(parts[index - 1]?.[1]);
        expect(to - from).toBeGreaterThanOrEqual(4);
      }
    }),
  );
});
