import { expect, test } from 'vitest';
import { findLoopCut } from '../../../src/text/repetition.ts';

test('a loop is cut after its unit has been said once', () => {
  const loop = [7, 8, ...Array.from({ length: 5 }, () => [1, 2, 3]).flat()];
  expect(findLoopCut(loop)).toBe(5);
  expect(findLoopCut(['oh', ...Array.from({ length: 7 }, () => 'no')])).toBe(2);
});

test('repeating oneself on purpose is no loop', () => {
  expect(findLoopCut(['no', 'no', 'no', 'no'])).toBeNull();
  expect(findLoopCut([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3])).toBeNull();
});

test('a loop that has ended is left alone', () => {
  expect(findLoopCut([...Array.from({ length: 9 }, () => 1), 2])).toBeNull();
  expect(findLoopCut([])).toBeNull();
});
