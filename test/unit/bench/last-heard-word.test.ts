import { expect, test } from 'vitest';
import { lastHeardWord } from '../../../bench/turns/last-heard-word.ts';

const TEXT = 'the lighthouse stands at the end of a narrow road'.split(' ');

test.each([
  ['', 0],
  ['the lighthouse', 2],
  ['the lighthouse stands at the end', 6],
  ['the light house stands at the end', 6],
  ['the lighthouse stand at the', 5],
  ['the lighthouse stands at the end of a nar', 9],
  ['the lighthouse stands at the end of a narrow road', 10],
])('"%s" goes up to word %i', (understood, words) => {
  expect(lastHeardWord(TEXT, understood.split(' ').filter(Boolean))).toBe(words);
});
