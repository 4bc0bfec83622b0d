import { expect, test } from 'vitest';
import { SymbolTable } from '../../../workers/engines/symbol-table.ts';

test('ids come in order, unknown symbols are left out and counted', () => {
  const table = new SymbolTable({ a: 1, ˈ: [2], '̩': [3, 4] });
  expect(table.keepKnown('ˈa?n̩a😀')).toEqual({ symbols: 'ˈa̩a', dropped: 3 });
  expect(table.encode('ˈa̩a')).toEqual([2, 1, 3, 4, 1]);
});
