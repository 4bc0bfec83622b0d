// docs/capabilities.json is complete and names only what exists.
import { describe, expect, it } from 'vitest';
import { blankTexts, missingPaths, pathsOf, readRows } from './ledger.ts';

const rows = readRows('docs/capabilities.json');
const LISTS = ['code', 'doc', 'test'] as const;
/** Which lists a state obliges a row to fill. */
const OBLIGED: Readonly<Record<string, readonly string[]>> = {
  works: LISTS,
  partial: ['code', 'test'],
  planned: [],
};

describe('docs/capabilities.json', () => {
  it('has the rows 1 to 35, in order', () => {
    const numbers = Array.from({ length: 35 }, (_, index) => index + 1);
    expect(rows.map((row) => row['number'])).toEqual(numbers);
  });

  it('names only files that exist', () => {
    expect(missingPaths(rows, LISTS)).toEqual([]);
  });

  it.each(rows.map((row) => [row['number'], row] as const))(
    'row %s backs up its state',
    (_, row) => {
      const state = String(row['state']);
      expect(Object.keys(OBLIGED)).toContain(state);
      expect(blankTexts(row, state === 'works' ? ['text'] : ['text', 'note'])).toEqual([]);
      const obliged = OBLIGED[state] ?? [];
      expect(obliged.filter((field) => pathsOf(row, field).length === 0)).toEqual([]);
    },
  );

  it('counts only tests as tests', () => {
    const tests = rows.flatMap((row) => pathsOf(row, 'test'));
    const others = tests.filter(
      (file) => !/^(?:test|e2e)\/.+\.(?:test|spec|suite)\.ts$/u.test(file),
    );
    expect(others).toEqual([]);
  });
});
