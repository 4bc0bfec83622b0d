import { describe, expect, test } from 'vitest';
import { splitClauses } from '../../../src/text/utterance-splitter.ts';
import { toWordSpans, toWordTimes } from '../../../workers/engines/word-spans.ts';

function spansOf(text: string, symbols: string, offset = 0): (string | number)[][] {
  return toWordSpans(splitClauses(text)[0]!, symbols, offset).map((word) => [
    text.slice(word.start, word.end),
    word.firstSymbol,
    word.endSymbol,
  ]);
}

describe('toWordSpans', () => {
  test('word by word where both sides have as many, the mark left out', () => {
    expect(spansOf('The red fox!', 'ðə ɹˈɛd fˈɑks!', 10)).toEqual([
      ['The', 10, 12],
      ['red', 13, 17],
      ['fox', 18, 23],
    ]);
  });

  test('symbols beyond the first plane count as one', () => {
    expect(spansOf('a b', '𝑎𝑎 b')).toEqual([
      ['a', 0, 2],
      ['b', 3, 4],
    ]);
  });

  test('a dash between words is no word', () => {
    expect(spansOf('5 + 5', 'fˈIv plˈʌs fˈIv').map(([word]) => word)).toEqual(['5', '5']);
  });

  test('shared out by length where the counts differ', () => {
    expect(spansOf('In 1990', 'ɪn nˈIntin nˈInti.')).toEqual([
      ['In', 0, 6],
      ['1990', 6, 18],
    ]);
  });
});

test('times follow the symbols, and stay inside what was not trimmed', () => {
  const words = [
    { start: 0, end: 2, firstSymbol: 0, endSymbol: 2 },
    { start: 3, end: 5, firstSymbol: 3, endSymbol: 5 },
  ];
  const times = { ends: [100, 200, 300, 400, 500, 600], offsetSamples: -150, chunkSamples: 420 };
  expect(toWordTimes(words, times)).toEqual([
    { start: 0, end: 2, startSample: 0, endSample: 150 },
    { start: 3, end: 5, startSample: 250, endSample: 420 },
  ]);
});
