import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halveClause, isSayable, splitClauses } from '../../../src/text/utterance-splitter.ts';
import type { Clause } from '../../../src/text/utterance-splitter.ts';

const shown = (clauses: readonly Clause[]): string[] =>
  clauses.map((clause) => `${clause.words}|${clause.mark}`);

describe('splitClauses', () => {
  test.each([
    ['Hello, world! How are you?', ['Hello|,', 'world|!', 'How are you|?']],
    ['It costs 3.50, or 1,000 at 3:30.', ['It costs 3.50|,', 'or 1,000 at 3:30|.']],
    ['Dr. Smith met J. R. Hartley.', ['Dr. Smith met J. R. Hartley|.']],
    ['Fruit, e.g. apples. Then rest.', ['Fruit|,', 'e.g. apples|.', 'Then rest|.']],
    ['Wait... what?! Really', ['Wait|…', 'what|?', 'Really|']],
    ['Use node.js — or deno - today', ['Use node.js|—', 'or deno|—', 'today|']],
    ['So do I. He said no. Then', ['So do I|.', 'He said no|.', 'Then|']],
    ['He said "stop." Then left.', ['He said "stop|.', 'Then left|.']],
    ['one\ntwo\n\nthree', ['one|.', 'two|.', 'three|']],
    ['你好。再见！', ['你好|.', '再见|!']],
    ['a well-known fact: yes; no', ['a well-known fact|:', 'yes|;', 'no|']],
    ['Good 👍. 👍', ['Good 👍|.']],
  ])('%j', (text, expected) => {
    expect(shown(splitClauses(text))).toEqual(expected);
  });

  test.each(['', '   ', '...', '?! —', '👍', '\n\n'])('%j has nothing to say', (text) => {
    expect(splitClauses(text)).toEqual([]);
  });

  test('the abbreviation at the very end still ends the sentence', () => {
    expect(shown(splitClauses('At 5 p.m. or Main St.'))).toEqual(['At 5 p.m. or Main St|.']);
  });

  test('spans tile any text that has something to say', () => {
    const pieces = fc.array(
      fc.constantFrom('a', 'Bob', '3.5', ' ', ', ', '. ', '...', '!', '\n', '—', ' - ', '"', '👍'),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const clauses = splitClauses(text);
        expect(clauses.length > 0).toBe(isSayable(text));
        let end = 0;
        for (const clause of clauses) {
          expect(clause.start).toBe(end);
          expect(text.startsWith(clause.words, clause.wordsStart)).toBe(true);
          expect(isSayable(clause.words)).toBe(true);
          end = clause.end;
        }
        if (clauses.length > 0) expect(end).toBe(text.length);
      }),
    );
  });
});

describe('halveClause', () => {
  const clauseOf = (text: string): Clause => splitClauses(text)[0]!;

  test('cuts at the gap nearest the middle and keeps the mark on the second half', () => {
    const halves = halveClause(clauseOf('  one two three four?'))!;
    expect(shown(halves)).toEqual(['one two|', 'three four|?']);
    expect(halves.map(({ start, end }) => [start, end])).toEqual([
      [0, 10],
      [10, 21],
    ]);
  });

  test('a single word is cut within, never through a surrogate pair', () => {
    expect(shown(halveClause(clauseOf('abcdef'))!)).toEqual(['abc|', 'def|']);
    expect(shown(halveClause(clauseOf('𝐀𝐁𝐂'))!)).toEqual(['𝐀|', '𝐁𝐂|']);
  });

  test('marks alone are no half', () => {
    expect(shown(halveClause(clauseOf('! abcdef'))!)).toEqual(['! ab|', 'cdef|']);
  });

  test('what cannot be halved is left whole', () => {
    expect(halveClause(clauseOf('a'))).toBeNull();
    expect(halveClause(clauseOf('(a)'))).toBeNull();
  });
});
