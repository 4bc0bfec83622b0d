import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf, readResultFiles, writeResultFile } from '../../../bench/measure/result.ts';
import type { BenchResult } from '../../../bench/measure/result.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bench-results-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const machine = {
  cpu: '',
  cores: 1,
  memoryGiB: 1,
  system: '',
  node: '',
  chromium: null,
  flags: [],
};
const side = { median: 1, p90: 1, n: 1, failed: 0 };
const row = { quantity: 'q', case: 'c', unit: 'ms', ours: side, arm: null, theirs: null } as const;
const rows = [{ ...row, ratio: null, interval: null, target: null, holds: null }];
const result = { name: 'b', commit: null, isDirty: null, machine, rows, notes: [] };

test('a quick result does not replace a full one', async () => {
  const isRefused = async (quick: boolean) =>
    (await writeResultFile({ ...result, quick }, folder)) === null;
  expect(await isRefused(true)).toBe(false);
  expect(await isRefused(false)).toBe(false);
  expect(await isRefused(true)).toBe(true);
  expect(await readResultFiles(folder)).toMatchObject([{ name: 'b', quick: false }]);
});

test('a result is sealed as it is written: a note or a row of another run breaks the seal', async () => {
  await writeResultFile({ ...result, quick: false }, folder);
  const [written] = await readResultFiles(folder);
  expect(written?.sha256).toBe(digestOf(written!));
  const changed: Partial<BenchResult>[] = [
    { notes: ['a note from elsewhere'] },
    { rows: [...rows, ...rows] },
    { commit: 'another' },
  ];
  for (const change of changed)
    expect(digestOf({ ...written!, ...change })).not.toBe(written?.sha256);
});

describe('results of this repository', async () => {
  const results = await readResultFiles();
  test.for(results.map((each) => [each.name, each] as const))(
    '%s is as its bench wrote it',
    ([name, committed], { skip }) => {
      skip(committed.sha256 === undefined, `${name} was written before results were sealed`);
      expect(committed.sha256).toBe(digestOf(committed));
    },
  );
});
