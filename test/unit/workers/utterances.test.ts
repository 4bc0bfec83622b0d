import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClauseMark } from '../../../src/text/utterance-splitter.ts';
import { toUtterances } from '../../../workers/engines/utterances.ts';
import type { Utterance } from '../../../workers/engines/utterances.ts';

const LIMITS = { minimum: 6, preferred: 12, maximum: 16 };
/** Every letter is one symbol; a digit cannot be said. */
const letters = async (words: string, mark: ClauseMark): Promise<string> => {
  const said = words.replaceAll(/[^a-z ]/giu, '').trim();
  return said === '' ? '' : said + mark;
};

async function collect(text: string, limits = LIMITS): Promise<Utterance[]> {
  const all: Utterance[] = [];
  for await (const utterance of toUtterances(text, { limits, toSymbols: letters })) {
    all.push(utterance);
  }
  return all;
}

const symbolsOf = async (text: string): Promise<string[]> =>
  (await collect(text)).map((utterance) => utterance.symbols);

test.each([
  [
    'short sentences are joined, long ones stand alone',
    'Yes. Go on. Right now.',
    ['Yes. Go on.', 'Right now.'],
  ],
  [
    'a run closes before it exceeds what is preferred',
    'one two, three, four.',
    ['one two,', 'three, four.'],
  ],
  ['a clause up to the maximum is not cut', 'abcde fghi jklm.', ['abcde fghi jklm.']],
  [
    'a clause beyond it is halved between words',
    'one two three four five six',
    ['one two three', 'four five six'],
  ],
  ['a word beyond it is halved within', 'abcdefghijklmnopqrst', ['abcdefghij', 'klmnopqrst']],
])('%s', async (_name, text, expected) => {
  expect(await symbolsOf(text)).toEqual(expected);
});

test('what the voice cannot say stays inside the spans', async () => {
  const found = await collect('123. Hello there. 456!');
  expect(found.map(({ span, symbols }) => [symbols, span.start, span.end])).toEqual([
    ['Hello there.', 0, 17],
  ]);
  expect(await collect('123!')).toEqual([]);
});

test('the mark that ends a run is reported for the pause after it', async () => {
  expect((await collect('Is it so? Then good.')).map(({ mark }) => mark)).toEqual(['?', '.']);
});

test('any text: runs within the maximum, spans in order, no letter lost', async () => {
  const words = fc.constantFrom(
    'a',
    'bb',
    'lorem',
    'dolorsitametconsectetur',
    ', ',
    '. ',
    ' ',
    '\n',
    '! ',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 40 }), async (parts) => {
      const text = parts.join('');
      const found = await collect(text);
      let end = 0;
      for (const { span, symbols } of found) {
        expect(symbols.length).toBeLessThanOrEqual(LIMITS.maximum);
        expect(span.start).toBe(end);
        end = span.end;
      }
      const onlyLetters = (value: string): string => value.replaceAll(/[^a-z]/gu, '');
      expect(onlyLetters(found.map(({ symbols }) => symbols).join(''))).toBe(onlyLetters(text));
      if (found.length > 0) expect(end).toBe(text.length);
    }),
  );
});
