// Which words a voice with a lexicon is given. Node.
import { expect, test } from 'vitest';
import { SpokenLexicon } from '../../../workers/engines/spoken-lexicon.ts';

const lexicon = new SpokenLexicon(
  "Hello h ə l oʊ\r\nit's ɪ t s\nover oʊ v ɚ\nt t iː\nv v iː\n你 n i\n",
);

test.each([
  ['Hello, over!', 'hello over', 0],
  ['It’s over-over', "it's over over", 0],
  ["'hello'", 'hello', 0],
  ['HELLO 你你', 'hello 你 你', 0],
])('%s', (text, sayable, dropped) => {
  expect(lexicon.keepSayable(text)).toEqual({ text: sayable, dropped });
});

test('a word that is not known is spelled as far as its letters are', () => {
  expect(lexicon.keepSayable('hello TV')).toEqual({ text: 'hello t v', dropped: 0 });
  expect(lexicon.keepSayable('hello TX 👍')).toEqual({ text: 'hello t', dropped: 2 });
});

test('of marks alone nothing is left, and nothing is missed', () => {
  expect(lexicon.keepSayable(" ?! ' — ")).toEqual({ text: '', dropped: 1 });
});
