// The packed file: what was written is found, and nothing else. Node.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PHONEMES } from '../../../../workers/engines/english-phonemes/alphabet.ts';
import { Lexicon } from '../../../../workers/engines/english-phonemes/lexicon.ts';
import { TAGS } from '../../../../workers/engines/english-phonemes/pronunciations.ts';
import type { Pronunciations } from '../../../../workers/engines/english-phonemes/pronunciations.ts';
import { writeLexicon } from '../../../../workers/engines/english-phonemes/write-lexicon.ts';

const NO_TREE = new Uint8Array(0);
const spelling = fc.stringMatching(/^[A-Za-z][a-z'-]{0,9}$/u);
const phonemes = fc
  .array(fc.constantFrom(...PHONEMES.split('')), { minLength: 1, maxLength: 8 })
  .map((all) => all.join(''));
const forms: fc.Arbitrary<Pronunciations> = fc.record({
  usual: phonemes,
  byTag: fc.dictionary(fc.constantFrom(...TAGS), fc.oneof(phonemes, fc.constant('')), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  isChecked: fc.boolean(),
});
const dictionary = fc
  .array(fc.tuple(spelling, forms), { minLength: 1, maxLength: 120 })
  .map((entries) => new Map(entries));

test('every word is found as it was written, whatever its neighbours', () => {
  fc.assert(
    fc.property(dictionary, (words) => {
      const lexicon = new Lexicon(writeLexicon(words, NO_TREE));
      for (const [word, said] of words) expect(lexicon.find(word)).toEqual(said);
    }),
    { numRuns: 60 },
  );
});

test('a word that is not in it is not found', () => {
  fc.assert(
    fc.property(dictionary, spelling, (words, other) => {
      fc.pre(!words.has(other));
      expect(new Lexicon(writeLexicon(words, NO_TREE)).find(other)).toBeNull();
    }),
    { numRuns: 60 },
  );
});

test('order does not change the bytes, and a tree is handed on', () => {
  const said = (usual: string): Pronunciations => ({ usual, byTag: {}, isChecked: true });
  const words = [
    ['cat', said('kˈæt')],
    ['Bob', said('bˈɑb')],
    ['cats', said('kˈæts')],
  ] as const;
  const tree = Uint8Array.of(1, 2, 3);
  const file = writeLexicon(new Map(words), tree);
  expect(writeLexicon(new Map([...words].reverse()), tree)).toEqual(file);
  expect(new Lexicon(file).tree).toEqual(tree);
});

test('other bytes are refused, and so is a file cut short', () => {
  const words = new Map([['cat', { usual: 'kˈæt', byTag: {}, isChecked: true }]]);
  const file = writeLexicon(words, NO_TREE);
  expect(() => new Lexicon(file.slice(0, -1))).toThrow('cut short');
  expect(() => new Lexicon(new TextEncoder().encode('<!doctype html>..').buffer)).toThrow(
    'not a lexicon',
  );
  expect(() => new Lexicon(new ArrayBuffer(3))).toThrow(RangeError);
});

test('a letter or phoneme without a byte is named', () => {
  const said = { usual: 'x', byTag: {}, isChecked: true };
  expect(() => writeLexicon(new Map([['cat', said]]), NO_TREE)).toThrow('phoneme "x"');
  const known = { ...said, usual: 'k' };
  expect(() => writeLexicon(new Map([['é', known]]), NO_TREE)).toThrow('letter "é"');
});
