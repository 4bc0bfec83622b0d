import { expect, test } from 'vitest';
import { fitClock } from '../../../talk/report/clock-fit.ts';
import { Timeline } from '../../../talk/report/timeline.ts';

const pairsOf = (count: number, rate: number) =>
  Array.from({ length: count }, (_, second) => ({
    eventMs: 5_000 + second * 1_000,
    contextMs: 300 + second * 1_000 * rate,
  }));

test('offset and rate are recovered, and odd readings do no harm', () => {
  const pairs = pairsOf(20, 1.0001);
  pairs[4] = { eventMs: 9_000, contextMs: 4_900 };
  pairs[11] = { eventMs: 16_000, contextMs: 10_000 };
  const fit = fitClock(pairs);
  expect(fit?.toContextMs(5_000)).toBeCloseTo(300, 6);
  expect(fit?.toContextMs(24_500)).toBeCloseTo(300 + 19_500 * 1.0001, 6);
});

test('the error is what nineteen of twenty readings stay within', () => {
  const pairs = pairsOf(21, 1).map((pair, index) => ({
    ...pair,
    contextMs: pair.contextMs + (index % 2 === 0 ? 2 : -2),
  }));
  expect(fitClock(pairs)?.errorMs).toBeGreaterThan(1.5);
  expect(fitClock(pairs)?.errorMs).toBeLessThan(4.1);
  expect(fitClock(pairsOf(5, 1))?.errorMs).toBeCloseTo(0, 9);
});

test('one pair gives the offset, none gives nothing', () => {
  expect(fitClock([{ eventMs: 100, contextMs: 40 }])?.toContextMs(150)).toBe(90);
  expect(fitClock([])).toBeNull();
});

test('a rate that no crystal has is not believed', () => {
  const fit = fitClock(pairsOf(3, 1.5));
  expect(fit!.toContextMs(8_000) - fit!.toContextMs(7_000)).toBe(1_000);
});

test('recording time starts at the first recorded frame', () => {
  const fit = fitClock([{ eventMs: 1_000, contextMs: 500 }]);
  const timeline = new Timeline({ startContextMs: 200, fit });
  expect(timeline.fromContext(250)).toBe(50);
  expect(timeline.fromContext(null)).toBeNull();
  expect(timeline.fromEvent(1_100)).toBe(400);
  expect(new Timeline({ startContextMs: 0, fit: null }).fromEvent(5)).toBeNull();
});
