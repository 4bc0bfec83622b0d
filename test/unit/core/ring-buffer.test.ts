import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleRing, toRingCapacity } from '../../../src/core/ring-buffer.ts';

test('rounds up to a power of two', () => {
  expect([1, 128, 129, 120_000].map(toRingCapacity)).toEqual([1, 128, 256, 131_072]);
  expect(() => toRingCapacity(0)).toThrow(
    'capacitySamples: must be above 0 and at most 2^28, got 0',
  );
  expect(() => new SampleRing(1.5)).toThrow('capacitySamples: must be a positive integer, got 1.5');
});

test('behaves as an array that is cut at its capacity, whatever the calls', () => {
  const step = fc.oneof(
    fc.record({ call: fc.constant('push' as const), count: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ call: fc.constant('pull' as const), count: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ call: fc.constant('peek' as const), count: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ call: fc.constant('drop' as const), count: fc.integer({ min: 0, max: 12 }) }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(step, { maxLength: 60 }),
      (capacity, steps) => {
        const ring = new SampleRing(capacity);
        let model: number[] = [];
        let next = 1;
        for (const { call, count } of steps) {
          const into = new Float32Array(count);
          if (call === 'push') {
            const pcm = into.map(() => next++);
            const taken = ring.push(pcm);
            expect(taken).toBe(Math.min(count, capacity - model.length));
            model.push(...pcm.subarray(0, taken));
          } else if (call === 'drop') {
            expect(ring.drop(count)).toBe(Math.min(count, model.length));
            model = model.slice(count);
          } else {
            const got = call === 'pull' ? ring.pull(into) : ring.peek(into);
            expect([...into.subarray(0, got)]).toEqual(model.slice(0, count));
            if (call === 'pull') model = model.slice(count);
          }
          expect([ring.availableSamples, ring.freeSamples]).toEqual([
            model.length,
            capacity - model.length,
          ]);
        }
      },
    ),
  );
});
