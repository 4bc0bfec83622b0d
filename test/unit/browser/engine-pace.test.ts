// A voice that speaks slower than it is listened to, told by its replies. Node.
import { expect, test } from 'vitest';
import { EnginePace } from '../../../src/browser/engine-pace.ts';

const reply = (rtf: number, audioMs = 2_000) => ({ audioMs, computeMs: rtf * audioMs });

test('three replies in a row that lag are too many; their middle tells how slow', () => {
  const pace = new EnginePace();
  expect([1.1, 3, 1.3].map((rtf) => pace.add(reply(rtf)))).toEqual([null, null, 1.3]);
  expect(pace.add(reply(1.2))).toBe(1.3);
});

test('one that keeps up, or another voice, begins the count anew', () => {
  const pace = new EnginePace();
  const rtfs = [1.5, 1.5, 0.9, 1.5, 1.5];
  expect(rtfs.map((rtf) => pace.add(reply(rtf)))).toEqual(rtfs.map(() => null));
  pace.reset();
  expect(pace.add(reply(1.5))).toBeNull();
});

test('three replies that keep up tell how quick; some that barely do tell nothing', () => {
  const pace = new EnginePace();
  expect([0.3, 0.85, 0.2, 0.9].map((rtf) => pace.add(reply(rtf)))).toEqual([null, null, 0.3, null]);
});

test('short replies say nothing', () => {
  const pace = new EnginePace();
  for (let i = 0; i < 5; i += 1) expect(pace.add(reply(4, 500))).toBeNull();
});
