import { expect, test } from 'vitest';
import { hasWakePhrase, withoutWakePhrase } from '../../../src/text/wake-phrase.ts';

test.each([
  ['Hey Parley, what time is it?', 'what time is it?'],
  ['Hey, Parlay. What time is it?', 'What time is it?'],
  ['Oh, hey Parly what time is it?', 'what time is it?'],
  ['HEY PARLEY!', ''],
])('"%s" calls the agent', (text, rest) => {
  expect(hasWakePhrase(text, 'hey parley')).toBe(true);
  expect(withoutWakePhrase(text, 'hey parley')).toBe(rest);
});

test.each([
  '',
  'What time is it?',
  'Hey Peter, what time is it?',
  'I said to her that I like hey parley',
  'parley',
])('"%s" does not', (text) => {
  expect(hasWakePhrase(text, 'hey parley')).toBe(false);
  expect(withoutWakePhrase(text, 'hey parley')).toBe(text);
});

test('a phrase of no letters is never found', () => {
  expect(hasWakePhrase('anything', '?!')).toBe(false);
});
