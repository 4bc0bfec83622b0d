import { expect, test } from 'vitest';
import { SpokenForm } from '../../../src/text/spoken-form.ts';

const form = new SpokenForm('It is 5 km away', [{ start: 6, end: 10, words: 'five kilometers' }]);

test('what is reworded is one place of the written text', () => {
  expect(form.text).toBe('It is five kilometers away');
  expect([form.toWrittenStart(6), form.toWrittenEnd(10)]).toEqual([6, 10]);
  expect([form.toWrittenStart(11), form.toWrittenEnd(21)]).toEqual([6, 10]);
});

test('the rest keeps its places', () => {
  expect([form.toWrittenStart(3), form.toWrittenEnd(5)]).toEqual([3, 5]);
  expect([form.toWrittenStart(22), form.toWrittenEnd(26)]).toEqual([11, 15]);
  expect([form.toWrittenEnd(0), form.toWrittenStart(26)]).toEqual([0, 15]);
});

test('words are set apart from letters and digits beside them, where the script has spaces', () => {
  const digit = { start: 2, end: 3, words: 'three' };
  expect(new SpokenForm('MP3s', [digit]).text).toBe('MP three s');
  expect(new SpokenForm('一共3个', [{ ...digit, words: '三' }]).text).toBe('一共三个');
});

test('what is left out takes no place', () => {
  const silent = new SpokenForm('Done 👍!', [{ start: 4, end: 7, words: '' }]);
  expect(silent.text).toBe('Done!');
  expect(silent.toWrittenEnd(5)).toBe(8);
});
