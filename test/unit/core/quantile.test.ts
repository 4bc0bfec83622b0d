import { expect, test } from 'vitest';
import { quantile } from '../../../src/core/quantile.ts';

test('a quantile lies between ranks', () => {
  expect(quantile([3, 1, 2, 4], 0.5)).toBe(2.5);
  expect(quantile([5], 0.95)).toBe(5);
  expect(quantile([], 0.5)).toBe(0);
});
