// What of a Markdown reply is spoken.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarkdownStripper } from '../../../src/text/markdown-stripper.ts';

function strip(...chunks: readonly string[]): string {
  const stripper = new MarkdownStripper();
  return chunks.map((chunk) => stripper.push(chunk)).join('') + stripper.flush();
}

describe('marks', () => {
  test.each([
    ['**Bold**, *it*, __b__, _i_, ~~no~~', 'Bold, it, b, i, no'],
    ['Call `get_x(*a)` now', 'Call get_x(*a) now'],
    ['snake_case, 2 * 3, 2*3, ~5 km, a_b_', 'snake_case, 2 * 3, 2*3, ~5 km, a_b'],
    ['# Head\n\nText', 'Head\n\nText'],
    ['#5 is #hash', '#5 is #hash'],
    ['- one\n* two\n+ [x] three\n1. four', 'one\ntwo\nthree\n1. four'],
    ['-5 degrees', '-5 degrees'],
    ['> quoted\n> - item', 'quoted\nitem'],
    ['a\n---\nb\n***\nTitle\n===\nc', 'a\nb\nTitle\nc'],
    ['See [the docs](https://a.io/(x)_y) now', 'See the docs now'],
    ['![a cat](cat.png) [ref][1] [sic] x[0] note[^1].', 'a cat ref sic x[0] note.'],
    ['<https://a.io> and <b>bold</b><br>, 1 < 2', 'https://a.io and bold, 1 < 2'],
    ['| A | B |\n|---|:-:|\n| 1 | 2 |\nend', 'A , B \n1 , 2 \nend'],
    ['\\*not\\* marked\\', '*not* marked\\'],
    ['[open (x', 'open (x'],
    ['Hello! What a day!', 'Hello! What a day!'],
  ])('%j', (text, expected) => {
    expect(strip(text)).toBe(expected);
  });
});

describe('code blocks', () => {
  const reply = 'Like this:\n```js\nlet a = "**";\n```\nDone.';

  test('are left out', () => {
    expect(strip(reply)).toBe('Like this:\nDone.');
  });

  test('or named', () => {
    const stripper = new MarkdownStripper({ codePlaceholder: 'The code is on screen.\n' });
    expect(stripper.push(reply) + stripper.flush()).toBe(
      'Like this:\nThe code is on screen.\nDone.',
    );
  });

  test('even when never closed', () => {
    expect(strip('See:\n~~~\n# no heading\ncode')).toBe('See:\n');
  });
});

test('plain words come out at once', () => {
  const stripper = new MarkdownStripper();
  expect(stripper.push('It is ')).toBe('It is ');
  expect(stripper.push('**very')).toBe('very');
  expect(stripper.push('** old')).toBe(' old');
});

test('a place in the spoken text leads back to the source', () => {
  const source = '**Hello** [world](https://a.io), *you*.';
  const stripper = new MarkdownStripper();
  const spoken = stripper.push(source) + stripper.flush();
  expect(spoken).toBe('Hello world, you.');
  expect(source.slice(0, stripper.toSourceOffset('Hello'.length))).toBe('**Hello');
  expect(source.slice(0, stripper.toSourceOffset('Hello world'.length))).toBe('**Hello** [world');
  expect(stripper.toSourceOffset(spoken.length)).toBe(source.length);
  expect(stripper.toSourceOffset(0)).toBe(2);
  expect(new MarkdownStripper().toSourceOffset(3)).toBe(0);
});

describe('for any text', () => {
  const atoms = fc.constantFrom(
    ...[
      'a',
      'word',
      '5',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\t',
      '*',
      '**',
      '_',
      '__',
      '~',
      '~~',
      '`',
      '``',
      '```',
      '```\n',
    ],
    ...[
      '# ',
      '#',
      '> ',
      '>',
      '- ',
      '-',
      '---',
      '===',
      '|',
      '| ',
      '|--|',
      '[',
      ']',
      '](',
      ')',
      '(',
      '![',
      '[^1]',
    ],
    ...['<', '>', '<b>', '<http://x>', '\\', '\\*', '!', '\n- [ ] ', '1. ', 'é', '👍'],
  );
  const text = fc.array(atoms, { maxLength: 60 }).map((parts) => parts.join(''));

  test('the same words come out however it is cut into pushes', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (source, size) => {
        const chunks = Array.from({ length: Math.ceil(source.length / size) }, (_, index) =>
          source.slice(index * size, (index + 1) * size),
        );
        expect(strip(...chunks)).toBe(strip(source));
      }),
      { numRuns: 2_000 },
    );
  });

  test('every spoken letter stands at its place in the source', () => {
    fc.assert(
      fc.property(text, (source) => {
        const stripper = new MarkdownStripper();
        const spoken = stripper.push(source) + stripper.flush();
        for (const { index } of spoken.matchAll(/[a-z5é]/gu)) {
          expect(source.charAt(stripper.toSourceOffset(index + 1) - 1)).toBe(spoken.charAt(index));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
