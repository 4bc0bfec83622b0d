import { expect, test } from 'vitest';
import type { Quantity } from '../../../bench/measure/bench.ts';
import { replaceResults } from '../../../bench/measure/document.ts';
import { toRow } from '../../../bench/measure/rows.ts';
import type { Sample } from '../../../bench/measure/sample-store.ts';
import { ratioInterval } from '../../../bench/measure/statistics.ts';
import { toMarkdownTable } from '../../../bench/measure/tables.ts';

const quantity: Quantity = {
  ...{ quantity: 'delay', unit: 'ms', case: 'c', figure: 'delayMs', ours: 'a', theirs: 'b' },
  target: { of: 'ratio', atMost: 0.5 },
};
const samplesOf = (arm: string, values: readonly (number | null)[]): Sample[] =>
  values.map((value, round) => ({ case: 'c', arm, round, figures: { delayMs: value } }));
const around = (middle: number, count = 30): number[] =>
  Array.from({ length: count }, (_, index) => middle + (index % 10) - 4.5);

test('a row has both medians, their ratio, its interval, and what failed', () => {
  const samples = [
    ...samplesOf('a', [...around(40), null]),
    ...samplesOf('b', around(100)),
    { case: 'c', arm: 'b', round: 30, figures: null, message: 'broke' },
    { case: 'other', arm: 'a', round: 0, figures: { delayMs: 1e6 } },
  ];
  const row = toRow(quantity, samples, { isQuick: false });
  expect(row.ours).toEqual({
    median: 40,
    p90: expect.closeTo(43.6) as number,
    n: 30,
    failed: 1,
  });
  expect(row.theirs).toMatchObject({ median: 100, n: 30, failed: 1 });
  expect(row.ratio).toBeCloseTo(0.4);
  const [lo, hi] = row.interval ?? [0, 0];
  expect(lo).toBeLessThan(0.4);
  expect(hi).toBeGreaterThan(0.4);
  expect(row.holds).toBe(true);
});

test('a ratio whose interval reaches over the target does not hold', () => {
  const wide = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 20 : 78));
  const samples = [...samplesOf('a', wide), ...samplesOf('b', around(100))];
  const row = toRow(quantity, samples, { isQuick: false });
  expect(row.ratio).toBeLessThan(0.5);
  expect(row.holds).toBe(false);
});

test.each([
  ['a quick run', 30, true],
  ['too few rounds', 29, false],
])('%s decides nothing', (_, count, isQuick) => {
  const samples = [...samplesOf('a', around(40, count)), ...samplesOf('b', around(100, count))];
  expect(toRow(quantity, samples, { isQuick }).holds).toBeNull();
});

test('an arm that fails often does not hold, however fast the rest is', () => {
  const failures = Array.from({ length: 5 }, () => null);
  const samples = [...samplesOf('a', [...around(40), ...failures]), ...samplesOf('b', around(100))];
  expect(toRow(quantity, samples, { isQuick: false }).holds).toBe(false);
  const none = [...samplesOf('a', failures), ...samplesOf('b', around(100))];
  expect(toRow(quantity, none, { isQuick: false })).toMatchObject({ ratio: null, holds: false });
});

test('a promise about a quantile of our own figure looks at that quantile', () => {
  const samples = samplesOf('a', [...around(100), 400, 400, 400]);
  const own = { ...quantity, theirs: null };
  const at = (share: number) => ({
    ...own,
    target: { of: 'ours', atMost: 150, quantile: share } as const,
  });
  expect(toRow(at(0.5), samples, { isQuick: false }).holds).toBe(true);
  expect(toRow(at(0.95), samples, { isQuick: false }).holds).toBe(false);
});

test('a faster arm that ends more turns too early does not hold where that is asked for', () => {
  const withCutOffs = (arm: string, values: readonly number[], cutOffs: number): Sample[] => [
    { case: 'c', arm, round: 0, figures: { delayMs: values, cutOffs } },
  ];
  const theirs = withCutOffs('b', around(100), 3);
  const asked: Quantity = { ...quantity, target: { ...quantity.target!, atNoMoreCutOffs: true } };
  const holds = (own: Quantity, cutOffs: number): boolean | null =>
    toRow(own, [...withCutOffs('a', around(40), cutOffs), ...theirs], { isQuick: false }).holds;
  expect([holds(asked, 3), holds(asked, 4), holds(quantity, 4)]).toEqual([true, false, true]);
});

test('several values of a round count one by one, and cut-offs beside them', () => {
  const samples: Sample[] = [
    { case: 'c', arm: 'a', round: 0, figures: { delayMs: [1, 2, 3], cutOffs: 2 } },
    { case: 'c', arm: 'a', round: 1, figures: { delayMs: [4, null], cutOffs: 1 } },
  ];
  const row = toRow({ ...quantity, theirs: null, target: null }, samples, { isQuick: false });
  expect(row.ours).toMatchObject({ n: 4, median: 2.5, failed: 1, cutOffs: 3 });
  expect(toMarkdownTable([row])).toContain('| 4 (1 failed, 3 cut off) |');
});

test('the interval is the same each time, and narrows with more values', () => {
  const theirs = around(100);
  expect(ratioInterval(around(40), theirs)).toEqual(ratioInterval(around(40), theirs));
  const width = (count: number): number => {
    const [lo, hi] = ratioInterval(around(40, count), theirs) ?? [0, 0];
    return hi - lo;
  };
  expect(width(300)).toBeLessThan(width(10));
});

test('results go between the marks of the document, and nowhere else', () => {
  const text =
    'before\n<!-- results: written by `npm run bench`, do not edit -->\nstale\n<!-- end of results -->\nafter\n';
  const machine = {
    cpu: 'x',
    cores: 2,
    memoryGiB: 4,
    system: '',
    node: '',
    chromium: '1',
    flags: [],
  };
  const row = toRow(quantity, samplesOf('a', [1]), { isQuick: true });
  const result = { name: 'n', commit: 'abcdef0123', isDirty: false, machine, quick: true };
  const written = replaceResults(text, [{ ...result, rows: [row], notes: ['a note'] }], []);
  expect(written).toMatch(/^before\n[^]*### n[^]*abcdef01[^]*A quick run[^]*- a note[^]*after\n$/u);
  expect(written).not.toContain('stale');
  expect(() => replaceResults('no marks', [], [])).toThrow('no place');
});
