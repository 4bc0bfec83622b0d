import { expect, test } from 'vitest';
import { SymbolTable } from '../../../workers/engines/symbol-table.ts';

test('ids come in order, unknown symbols are left out and counted', () => {
  const table = new SymbolTable({ a: 1, ˈ: [2], '̩': [3, 4] });
  expect(table.keepKnown('ˈa?n̩a😀')).toEqual({ symbols: 'ˈa̩a', dropped: 3 });
  expect(table.encode('ˈa̩a')).toEqual([2, 1, 3, 4, 1]);
});

test('of symbols of several letters the longest is taken', () => {
  const table = new SymbolTable({ a: 1, ɪ: 2, aɪ: 3, zh: 4, zhang1: 5, n: 6, '1': 7 });
  expect(table.split('aɪa?ɪzhzhang1')).toEqual(['aɪ', 'a', '?', 'ɪ', 'zh', 'zhang1']);
  expect(table.encode('aɪaɪzhang1zhn')).toEqual([3, 3, 5, 4, 6]);
  expect(table.keepKnown('zhang2')).toEqual({ symbols: 'zhan', dropped: 2 });
});
