// What a voice reads for figures, abbreviations and symbols. Node.
import { expect, test } from 'vitest';
import { toTokens } from '../../../../workers/engines/english-phonemes/tokens.ts';

/** Words that are spelled out are marked. */
const read = (text: string): string =>
  toTokens(text)
    .map(({ word, isSpelled }) => (isSpelled ? `${word}*` : word))
    .join(' ');

test.each([
  ['I paid $5.50, 20% off', 'I paid five dollars and fifty cents twenty percent off'],
  ['$5 million, £3bn and €1', 'five million dollars three billion pounds and one euro'],
  ['in 1984, 1905, 1900', 'in nineteen eighty four nineteen oh five nineteen hundred'],
  ['in 2005 and the 1990s', 'in two thousand five and the nineteen nineties'],
  ['at 3:30, 3:05 or 9:00', "at three thirty three oh five or nine o'clock"],
  ['at 5pm or 5 p.m.', 'at five PM* or five PM*'],
  ['Call 555-1234', 'Call five five five one two three four'],
  ['0800 and 123456789', 'oh eight oh oh and one two three four five six seven eight nine'],
  ['21st, 2nd, 12th', 'twenty first second twelfth'],
  [
    '1,234,567.8',
    'one million two hundred thirty four thousand five hundred sixty seven point eight',
  ],
  ['0, 10, 100, 1015', 'zero ten one hundred one thousand fifteen'],
  [
    '5 kg, 10km, 1 km, -5°C',
    'five kilograms ten kilometers one kilometer minus five degrees Celsius',
  ],
  ['10-20 pages, 1/2 cup', 'ten to twenty pages one half cup'],
  ['version 3.1.2', 'version three point one point two'],
])('figures: %s', (text, said) => {
  expect(read(text)).toBe(said);
});

test.each([
  ['GPT-4, B2B and 3D', 'GPT four B two B and three D'],
  ['a 10-year-old of the 20th-century', 'a ten year old of the twentieth century'],
  ['Dr. Smith vs. Mr Jones', 'doctor Smith versus mister Jones'],
  ['e.g. 20 ms, U.S.A.', 'for example twenty milliseconds USA*'],
  ['AT&T and/or C++', 'AT and T and or C plus plus'],
  ['example.com or bob@x.org', 'example dot com or bob at x dot org'],
  ['JavaScript on an iPhone', 'Java Script on an i Phone'],
  ["McDonald's café, “quoted”", "McDonald's cafe quoted"],
  ["don't, rock ’n’ roll, well-known", "don't rock n roll well-known"],
])('words and symbols: %s', (text, said) => {
  expect(read(text)).toBe(said);
});

test('what cannot be said in English gives nothing', () => {
  expect(read('Привет, …')).toBe('');
});
