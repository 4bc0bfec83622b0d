import { expect, test } from 'vitest';
import { toSaidWords } from '../../../src/text/said-words.ts';

test.each([
  ['en', 'How much is 2 + 2?', 'how much is two plus 2'],
  ['en', 'Dr. Smith paid $20.', 'Doctor Smith paid twenty dollars'],
  ['de', 'Wie viel ist 2 + 2?', 'wie viel ist zwei plus zwei'],
  ['zh', '你好 2', '你好，二'],
])('%s: "%s" and "%s" are the same words', (language, left, right) => {
  expect(toSaidWords(left, language)).toBe(toSaidWords(right, language));
});

test('other words are others', () => {
  expect(toSaidWords('How much is 2 plus 2?', 'en')).not.toBe(
    toSaidWords('How much is 2 plus 3?', 'en'),
  );
  expect(toSaidWords('', 'en')).toBe('');
});
