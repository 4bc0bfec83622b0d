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
  const row = toRow(at(0.95), samples, { isQuick: false });
  expect(row).toMatchObject({ ours: { decisive: 400 }, holds: false });
  expect(toMarkdownTable([row])).toContain('| p95 400 ms <= 150 ms | no |');
});

test('a faster arm that ends more turns too early does not hold where that is asked for', () => {
  const withCutOffs = (arm: string, values: readonly number[], cutOffs: number): Sample[] =>
    Array.from({ length: 6 }, (_, round) => {
      const delayMs = values.filter((_value, index) => index % 6 === round);
      return { case: 'c', arm, round, figures: { delayMs, cutOffs: round === 0 ? cutOffs : 0 } };
    });
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

const apart = (values: readonly number[]): number[][] => values.map((value) => [value]);
const widthOf = (interval: readonly [number, number] | null): number =>
  interval === null ? NaN : interval[1] - interval[0];

test('the interval is the same each time, and narrows with more values', () => {
  const theirs = apart(around(100));
  const of = (count: number) => ratioInterval(apart(around(40, count)), theirs, 'median');
  expect(of(30)).toEqual(of(30));
  expect(widthOf(of(300))).toBeLessThan(widthOf(of(10)));
});

test('values of one conversation are drawn together: they say less than as many of their own', () => {
  const theirs = apart(around(100));
  const slowOrFast = Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? 20 : 60));
  const together = slowOrFast.map((value) => Array<number>(5).fill(value));
  const wide = widthOf(ratioInterval(together, theirs, 'mean'));
  expect(wide).toBeGreaterThan(
    1.8 * widthOf(ratioInterval(apart(together.flat()), theirs, 'mean')),
  );
});

test('of too few measurements there is a ratio, and no interval; nothing is decided by it', () => {
  const inOne = (arm: string, values: readonly number[]): Sample[] => [
    { case: 'c', arm, round: 0, figures: { delayMs: values } },
  ];
  const samples = [...inOne('a', around(40)), ...inOne('b', around(100))];
  const row = toRow(quantity, samples, { isQuick: false });
  expect(row).toMatchObject({ ours: { n: 30 }, interval: null, holds: null });
  expect(row.ratio).toBeCloseTo(0.4);
});

test('a conversation that failed counts as all of its turns', () => {
  const broken: Sample = { case: 'c', arm: 'a', round: 7, figures: null, message: 'broke' };
  const samples = [
    ...Array.from({ length: 7 }, (_, round): Sample => {
      return { case: 'c', arm: 'a', round, figures: { delayMs: around(40, 5) } };
    }),
    broken,
  ];
  const own: Quantity = { ...quantity, theirs: null, target: { of: 'ours', atMost: 50 } };
  const row = toRow(own, samples, { isQuick: false });
  expect(row).toMatchObject({ ours: { n: 35, failed: 5 }, holds: false });
});

test('a quantity may go by its mean, and says so', () => {
  const rare = Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? 1 : 0));
  const share = (atMost: number): Quantity => ({
    ...{ ...quantity, unit: 'share', theirs: null, middle: 'mean' },
    target: { of: 'ours', atMost },
  });
  const row = toRow(share(0.3), samplesOf('a', rare), { isQuick: false });
  expect(row).toMatchObject({ ours: { median: 0, mean: 0.25 }, holds: true });
  expect(toRow(share(0.2), samplesOf('a', rare), { isQuick: false }).holds).toBe(false);
  expect(toMarkdownTable([row])).toMatch(/\| mean 25\.0 % \|.*\| mean <= 30\.0 % \|/u);
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
