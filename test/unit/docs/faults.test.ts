// test/faults.json is complete and names only tests that exist.
import { describe, expect, it } from 'vitest';
import { blankTexts, missingPaths, pathsOf, readRows } from './ledger.ts';

const rows = readRows('test/faults.json');

describe('test/faults.json', () => {
  it('has the faults F01 to F35, in order', () => {
    const ids = Array.from({ length: 35 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
    expect(rows.map((row) => row['id'])).toEqual(ids);
  });

  it('names only files that exist', () => {
    expect(missingPaths(rows, ['tests'])).toEqual([]);
  });

  it.each(rows.map((row) => [row['id'], row] as const))('%s backs up its state', (_, row) => {
    expect(blankTexts(row, ['fault', 'wish', 'injection', 'pass'])).toEqual([]);
    expect(['covered', 'partial', 'planned']).toContain(row['state']);
    expect(pathsOf(row, 'tests').length > 0).toBe(row['state'] !== 'planned');
  });
});
