import { expect, test } from 'vitest';
import {
  countWordErrors,
  toComparableWords,
  wordErrorRate,
} from '../../support/word-error-rate.ts';

test('case, punctuation, hyphens, numbers and abbreviations do not count as errors', () => {
  expect(toComparableWords('Mr. Dashwood’s "ill-disposed": 1,250 at 7%')).toEqual(
    'mister dashwoods ill disposed one thousand two hundred fifty at seven percent'.split(' '),
  );
  expect(toComparableWords('OK, 90210 and 15')).toEqual(
    'okay ninety thousand two hundred ten and fifteen'.split(' '),
  );
});

test('substitutions, insertions and deletions each count one', () => {
  expect(countWordErrors('the cat sat down', 'the bat sat down')).toEqual({ errors: 1, words: 4 });
  expect(countWordErrors('the cat sat down', 'the cat he sat down')).toMatchObject({ errors: 1 });
  expect(countWordErrors('the cat sat down', 'cat sat')).toMatchObject({ errors: 2 });
  expect(countWordErrors('the cat', '')).toEqual({ errors: 2, words: 2 });
});

test('the rate weighs each pair by its words', () => {
  const pairs = [
    { reference: 'one two three four', hypothesis: '1 2 3 4' },
    { reference: 'yes', hypothesis: 'no' },
  ];
  expect(wordErrorRate(pairs)).toBeCloseTo(0.2, 10);
  expect(wordErrorRate([{ reference: '', hypothesis: 'you' }])).toBe(1);
});
