// Letters aligned with sounds, and the tree that is trained on them. Node.
import { expect, test } from 'vitest';
import { alignLetters } from '../../../../workers/engines/english-phonemes/align-letters.ts';
import {
  LetterTree,
  toLetters,
} from '../../../../workers/engines/english-phonemes/letter-to-sound.ts';
import type { Pronunciations } from '../../../../workers/engines/english-phonemes/pronunciations.ts';
import { trainLetters } from '../../../../workers/engines/english-phonemes/train-letters.ts';

const FIRST = 'bcdfghlmnprst'.split('');
const LAST = 'bdglmnpst'.split('');

/** Vowels that a silent e at the end changes. */
const SILENT: readonly (readonly [string, string])[] = FIRST.flatMap((first) =>
  LAST.flatMap(
    (last) =>
      [
        [`${first}a${last}`, `${toSound(first)}ˈæ${toSound(last)}`],
        [`${first}a${last}e`, `${toSound(first)}ˈA${toSound(last)}`],
      ] as const,
  ),
);
/** A c that is soft before e and i. */
const SOFT: readonly (readonly [string, string])[] = FIRST.flatMap((first) =>
  LAST.flatMap((last) =>
    Object.entries({ a: 'æ', e: 'ɛ', i: 'ɪ', o: 'ɑ' }).map(([letter, vowel]) => {
      const isSoft = first === 'c' && (letter === 'e' || letter === 'i');
      const said = `${isSoft ? 's' : toSound(first)}ˈ${vowel}${toSound(last)}`;
      return [`${first}${letter}${last}`, said] as const;
    }),
  ),
);

function toSound(letter: string): string {
  return { c: 'k', g: 'ɡ', r: 'ɹ' }[letter] ?? letter;
}

function teach(words: readonly (readonly [string, string])[]): Uint8Array {
  const forms = words.map(([word, usual]): [string, Pronunciations] => [
    word,
    { usual, byTag: {}, isChecked: true },
  ]);
  return trainLetters(new Map(forms));
}

test('sounds go to the letters that make them', () => {
  const words = SILENT.map(([word, said]) => ({
    letters: toLetters(word),
    sounds: said.match(/ˈ?./gu) ?? [],
  }));
  const aligned = alignLetters(words);
  const of = (word: string) => aligned[SILENT.findIndex(([each]) => each === word)];
  expect(of('bat')).toEqual(['b', 'ˈæ', 't']);
  expect(of('bate')).toEqual(['b', 'ˈA', 't', '']);
});

test('a word with more sounds than letters can carry is left out', () => {
  expect(alignLetters([{ letters: [1], sounds: ['a', 'b', 'k', 'd'] }])).toEqual([null]);
});

test('words that were held back are read by what the others taught', () => {
  const isHeldBack = (_: unknown, i: number): boolean => i % 10 === 3;
  const tree = new LetterTree(teach(SOFT.filter((word, i) => !isHeldBack(word, i))));
  const heldBack = SOFT.filter(isHeldBack);
  const wrong = heldBack.filter(([word, said]) => tree.read(word) !== said);
  expect(wrong.length / heldBack.length, wrong.join(' ')).toBeLessThan(0.1);
});

test('training does not depend on chance', () => {
  expect(teach(SOFT)).toEqual(teach(SOFT));
});

test('every reading has one primary stress; letters it does not know are passed over', () => {
  const tree = new LetterTree(teach(SOFT));
  for (const word of ['batinglate', 'zzyzx', 'b', 'fa-ti']) {
    expect(tree.read(word).split('ˈ').length - 1, word).toBeLessThanOrEqual(1);
  }
  expect(tree.read('batinglate').split('ˈ')).toHaveLength(2);
  expect(tree.read('')).toBe('');
});
