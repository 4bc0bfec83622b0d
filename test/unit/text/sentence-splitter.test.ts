// The pieces of a reply: where they are cut, and that they depend on the text alone.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abbreviationsOf } from '../../../src/text/abbreviations.ts';
import { ENGLISH_JOINTS } from '../../../src/text/joints.ts';
import { SentenceSplitter } from '../../../src/text/sentence-splitter.ts';
import type { SentenceSplitterOptions, TextPiece } from '../../../src/text/sentence-splitter.ts';

function split(chunks: readonly string[], options?: SentenceSplitterOptions): TextPiece[] {
  const splitter = new SentenceSplitter(options);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.flush()];
}

const texts = (text: string, options?: SentenceSplitterOptions): string[] =>
  split([text], options).map((piece) => piece.text);

const SENTENCES = { clausePieces: 0, minCharacters: 1 } as const;

describe('sentences', () => {
  test.each([
    ['It rains. It pours.', ['It rains.', 'It pours.']],
    ['Dr. Smith met Mr. Jones. They talked.', ['Dr. Smith met Mr. Jones.', 'They talked.']],
    ['Fruit, e.g. apples. Or pears.', ['Fruit, e.g. apples.', 'Or pears.']],
    ['He lives in the U.S. He likes it.', ['He lives in the U.S.', 'He likes it.']],
    ['The U.S. Army came. It left.', ['The U.S. Army came.', 'It left.']],
    ['At 5 p.m. Monday we met. Good.', ['At 5 p.m. Monday we met.', 'Good.']],
    ['J. K. Rowling wrote it. Yes.', ['J. K. Rowling wrote it.', 'Yes.']],
    ['See No. 5 now. The answer is no. Sorry.', ['See No. 5 now.', 'The answer is no.', 'Sorry.']],
    ['It costs 3.14 dollars. Pay.', ['It costs 3.14 dollars.', 'Pay.']],
    ['Use v1.2.3 of example.com. Done.', ['Use v1.2.3 of example.com.', 'Done.']],
    ['See https://a.io/x? it helps. Ok.', ['See https://a.io/x? it helps.', 'Ok.']],
    ['He said "Go!" and left. Bye.', ['He said "Go!" and left.', 'Bye.']],
    ['(It works.) Then it stops.', ['(It works.)', 'Then it stops.']],
    ['“Why?” He ran.', ['“Why?”', 'He ran.']],
    ['Well... maybe. Wait… No.', ['Well... maybe.', 'Wait…', 'No.']],
    ['What?! Really?? Yes!', ['What?!', 'Really??', 'Yes!']],
    ['so am i. you too. fine.', ['so am i.', 'you too.', 'fine.']],
    ['So am I. You too.', ['So am I.', 'You too.']],
    ['今日は晴れ。明日は「雨。」でも行く。', ['今日は晴れ。', '明日は「雨。」', 'でも行く。']],
    ['1. First one.\n2. Second one.', ['1. First one.', '2. Second one.']],
    ['A title\n\nThe text goes on\nand on', ['A title', 'The text goes on', 'and on']],
  ])('%s', (text, expected) => {
    expect(texts(text, SENTENCES)).toEqual(expected);
  });

  test.each([
    ['de', 'Am 3. Oktober ist frei. Gut.', ['Am 3. Oktober ist frei.', 'Gut.']],
    ['de', 'Ich bin 42. Das ist alt.', ['Ich bin 42.', 'Das ist alt.']],
    ['de-CH', 'Obst, z. B. Äpfel. Und Nr. 5.', ['Obst, z. B. Äpfel.', 'Und Nr. 5.']],
    ['de', 'Hr. Dr. Weiß kommt ggf. Montag. Ja.', ['Hr. Dr. Weiß kommt ggf. Montag.', 'Ja.']],
    ['de', 'Das ist no. Ja.', ['Das ist no.', 'Ja.']],
    ['de', 'Hauptstr. 5, Hausnr. 7b. Ja.', ['Hauptstr. 5, Hausnr. 7b.', 'Ja.']],
    ['de', 'Sie wohnt in der Hauptstr. Das ist nah.', ['Sie wohnt in der Hauptstr.', 'Das ist nah.']], // prettier-ignore
    ['fr', 'Mlle. Petit habite av. Foch. Oui.', ['Mlle. Petit habite av. Foch.', 'Oui.']],
    ['fr', "Du thé, etc. C'est bon.", ['Du thé, etc.', "C'est bon."]],
    ['es', 'El Sr. García vive en EE. UU. Él ríe.', ['El Sr. García vive en EE. UU.', 'Él ríe.']],
    ['es', 'Té, etc. ¿Qué más? Nada.', ['Té, etc.', '¿Qué más?', 'Nada.']],
    ['it', 'Il Sig. Rossi, art. 5, ecc. Poi no.', ['Il Sig. Rossi, art. 5, ecc.', 'Poi no.']],
    ['pt', 'A Dra. Silva, pág. 7. Sim.', ['A Dra. Silva, pág. 7.', 'Sim.']],
    ['ru', 'Ул. Ленина, д. 5 и т. д. Это центр.', ['Ул. Ленина, д. 5 и т. д.', 'Это центр.']],
    ['de', 'Städte, z. B. Die Hauptstadt, d. h. Berlin. Ja.', ['Städte, z. B. Die Hauptstadt, d. h. Berlin.', 'Ja.']], // prettier-ignore
    ['de', 'Frau Dr. Meier kommt am 3. Mai. Das ist gut.', ['Frau Dr. Meier kommt am 3. Mai.', 'Das ist gut.']], // prettier-ignore
    ['de', 'Sie kommt am 12. Die Feier ist da.', ['Sie kommt am 12.', 'Die Feier ist da.']],
    ['de', 'Im Jahr 44 v. Chr. Das war früh.', ['Im Jahr 44 v. Chr.', 'Das war früh.']],
    ['fr', 'M. Dupont rit. Un fruit, p. ex. Une poire. Oui.', ['M. Dupont rit.', 'Un fruit, p. ex. Une poire.', 'Oui.']], // prettier-ignore
    ['fr', 'En 52 av. J.-C. César vint. Il vit.', ['En 52 av. J.-C. César vint.', 'Il vit.']],
    ['es', 'Fruta, p. ej. Manzanas. Sí.', ['Fruta, p. ej. Manzanas.', 'Sí.']],
    ['es', 'López, S. A. La empresa ríe.', ['López, S. A.', 'La empresa ríe.']],
    ['it', 'Il sig. Rossi ha mele, ecc. Poi basta.', ['Il sig. Rossi ha mele, ecc.', 'Poi basta.']],
    ['it', 'Frutta, p. es. Una mela. Sì.', ['Frutta, p. es. Una mela.', 'Sì.']],
    ['pt', 'O Sr. Silva vem. Fruta, p. ex. Uma maçã. Sim.', ['O Sr. Silva vem.', 'Fruta, p. ex. Uma maçã.', 'Sim.']], // prettier-ignore
    ['pt', 'É do séc. XX. Foi longo.', ['É do séc. XX.', 'Foi longo.']],
    ['ru', 'Фрукты, т. е. Это яблоки. Да.', ['Фрукты, т. е. Это яблоки.', 'Да.']],
    ['ru', 'Груши и т. д. Москва растёт. Да.', ['Груши и т. д. Москва растёт.', 'Да.']],
    ['ru', 'Да. А. С. Пушкин писал.', ['Да.', 'А. С. Пушкин писал.']],
    ['zh', '他说：“好。”然后走了。对！', ['他说：“好。”', '然后走了。', '对！']],
    ['nb', 'Dr. Berg kom. Ja.', ['Dr. Berg kom.', 'Ja.']],
    ['ja', '今日は晴れ。A. Bさんです。', ['今日は晴れ。', 'A. Bさんです。']],
  ])('%s: %s', (language, text, expected) => {
    const abbreviations = abbreviationsOf(language);
    expect(texts(text, { ...SENTENCES, abbreviations })).toEqual(expected);
  });

  test('short ones wait for the next until twenty characters are there', () => {
    expect(texts('Yes. No. Maybe so, I think. Then again, who knows it all.')).toEqual([
      'Yes. No. Maybe so, I think.',
      'Then again, who knows it all.',
    ]);
  });

  test('an ideograph counts for two characters of the minimum', () => {
    expect(texts('今日はとても良い天気。明日は雨。')).toEqual([
      '今日はとても良い天気。',
      '明日は雨。',
    ]);
  });

  test('a blank line ends a piece however short it is', () => {
    expect(texts('Hi!\n\nWhat can I do for you today?')).toEqual([
      'Hi!',
      'What can I do for you today?',
    ]);
  });
});

describe('early pieces', () => {
  const text = 'Well, of course, it is Paris, on the Seine. It is old, and large, and rather loud.';

  test('the first two may be clauses', () => {
    expect(texts(text)).toEqual([
      'Well, of course, it is Paris,',
      'on the Seine. It is old,',
      'and large, and rather loud.',
    ]);
  });

  test('the first may be shorter', () => {
    expect(texts(text, { firstMinCharacters: 5 })[0]).toBe('Well,');
  });

  test('a piece comes out as soon as the space behind its mark is followed by a word', () => {
    const splitter = new SentenceSplitter();
    expect(splitter.push('The capital of France is Paris.')).toEqual([]);
    expect(splitter.push(' ')).toEqual([]);
    expect(splitter.push('I')).toEqual([
      { text: 'The capital of France is Paris.', start: 0, end: 31 },
    ]);
    expect(splitter.flush()).toEqual([{ text: 'I', start: 32, end: 33 }]);
  });
});

describe('other strategies', () => {
  test('phrases end at any mark with a space behind it', () => {
    const text = 'A phrase of some length, and another: it works; at 10:30 or 1,000 times. Yes.';
    expect(texts(text, { strategy: 'phrase' })).toEqual([
      'A phrase of some length,',
      'and another: it works;',
      'at 10:30 or 1,000 times.',
      'Yes.',
    ]);
  });

  test('words', () => {
    expect(split(['one  two\nthree'], { strategy: 'word' })).toEqual([
      { text: 'one', start: 0, end: 3 },
      { text: 'two', start: 5, end: 8 },
      { text: 'three', start: 9, end: 14 },
    ]);
  });
});

describe('too long a piece', () => {
  test('is cut at its last clause', () => {
    expect(
      texts('one two three four five, six seven eight nine ten', { maxCharacters: 30 }),
    ).toEqual(['one two three four five,', 'six seven eight nine ten']);
  });

  test('else at a space', () => {
    expect(texts('one two three four five six seven', { maxCharacters: 20 })).toEqual([
      'one two three four',
      'five six seven',
    ]);
  });

  test('else between characters, not within one', () => {
    expect(texts('x'.repeat(45), { maxCharacters: 20 })).toEqual([
      'x'.repeat(20),
      'x'.repeat(20),
      'x'.repeat(5),
    ]);
    expect(texts(`${'x'.repeat(19)}👍${'y'.repeat(3)}`, { maxCharacters: 20 })).toEqual([
      'x'.repeat(19),
      '👍yyy',
    ]);
  });

  test('a limit under the minimum is a mistake', () => {
    expect(() => new SentenceSplitter({ maxCharacters: 10 })).toThrow(
      'maxCharacters must be at least 20',
    );
  });
});

describe('a first piece without punctuation', () => {
  const joints = ENGLISH_JOINTS;
  const texts = (reply: string): string[] => split([reply], { joints }).map(({ text }) => text);

  test('ends before a word at which a voice may pause', () => {
    expect(texts('The capital of the United States is New York City.')).toEqual([
      'The capital of the United States',
      'is New York City.',
    ]);
  });

  test('ends before a participle that begins a phrase of its own', () => {
    expect(texts('I am a friendly machine designed to assist you.')[0]).toBe(
      'I am a friendly machine',
    );
    expect(texts('The two best friends of mine have been known to sing.')[0]).toBe(
      'The two best friends of mine',
    );
    expect(texts('He is not widely known to be a good singer.')).toHaveLength(1);
  });

  test('keeps what would be a stub, and what is short', () => {
    expect(texts('I would rather have tea in bed.')).toEqual(['I would rather have tea in bed.']);
    expect(texts('The weather today is fine, and warm outside.')).toEqual([
      'The weather today is fine,',
      'and warm outside.',
    ]);
  });

  test('leaves later sentences alone', () => {
    const later = 'The quick brown fox of the forest is jumping over the lazy dog again.';
    expect(texts(`That was a good question. ${later}`)).toEqual([
      'That was a good question.',
      later,
    ]);
  });

  test('is not made where pieces are phrases, nor without a table', () => {
    const reply = 'The capital of the United States is New York City.';
    expect(split([reply], { joints, strategy: 'phrase' })).toHaveLength(1);
    expect(split([reply], {})).toHaveLength(1);
  });
});

describe('for any text', () => {
  const atoms = fc.constantFrom(
    ...[
      'a',
      'The',
      'dr',
      'U.S',
      'e.g',
      'z. B',
      'т. е',
      'no',
      'J',
      '5',
      '3.14',
      'http://x.y',
      '今日',
      '👩‍👩',
      'é',
      '\ud83d',
    ],
    ...[
      '.',
      '. ',
      '.\n',
      '...',
      '? ',
      '!',
      ', ',
      ': ',
      '。',
      '、',
      '" ',
      '”',
      '(',
      ') ',
      ' - ',
      '—',
      '…',
    ],
    ...[' ', '  ', '\n', '\n\n', '\t', '1. ', 'x'.repeat(30), ' '.repeat(70)],
  );
  const text = fc
    .array(fc.oneof({ weight: 9, arbitrary: atoms }, { weight: 1, arbitrary: fc.string() }), {
      maxLength: 60,
    })
    .map((parts) => parts.join(''));
  const options = fc.record({
    strategy: fc.constantFrom('word', 'phrase', 'sentence' as const),
    minCharacters: fc.integer({ min: 1, max: 25 }),
    firstMinCharacters: fc.integer({ min: 1, max: 25 }),
    maxCharacters: fc.integer({ min: 25, max: 80 }),
    clausePieces: fc.integer({ min: 0, max: 3 }),
    joints: fc.constantFrom(null, {
      joints: new Set(['a', 'no', 'the']),
      leaning: new Set(['no']),
    }),
    abbreviations: fc.constantFrom(...['en', 'de', 'ru'].map(abbreviationsOf)),
  });

  test('pieces are slices in order, none blank, with only whitespace between them', () => {
    fc.assert(
      fc.property(text, options, (reply, settings) => {
        const pieces = split([reply], settings);
        let at = 0;
        for (const piece of pieces) {
          expect(reply.slice(at, piece.start).trim()).toBe('');
          expect(reply.slice(piece.start, piece.end)).toBe(piece.text);
          expect(piece.text.trim()).toBe(piece.text);
          expect(piece.text).not.toBe('');
          expect(piece.text.length).toBeLessThanOrEqual(settings.maxCharacters);
          at = piece.end;
        }
        expect(reply.slice(at).trim()).toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  test('spaces behind a piece do not count to its length', () => {
    const reply = `? a${' '.repeat(73)}\n\n`;
    const settings = { strategy: 'phrase', minCharacters: 1, maxCharacters: 25 } as const;
    const pieces = [{ text: '? a', start: 0, end: 3 }];
    expect(split([reply], settings)).toEqual(pieces);
    expect(split(reply.split(''), settings)).toEqual(pieces);
  });

  test('the same pieces come out however the text is cut into pushes', () => {
    fc.assert(
      fc.property(
        text,
        options,
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (reply, settings, sizes) => {
          const chunks: string[] = [];
          for (let at = 0; at < reply.length;) {
            const next = sizes.next();
            const size = next.done === true ? 1 : next.value;
            chunks.push(reply.slice(at, at + size));
            at += size;
          }
          expect(split(chunks, settings)).toEqual(split([reply], settings));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
