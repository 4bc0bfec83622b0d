import { expect, test } from 'vitest';
import { ReplyText } from '../../../src/agent/reply-text.ts';

function firstPiece(text: string, language = 'en'): string | undefined {
  const reply = new ReplyText({
    chunking: 'sentence',
    maxWords: null,
    getLanguage: () => language,
  });
  return [...reply.take(text).pieces, ...reply.finish().pieces][0]?.text;
}

test('half a second of speech is enough for the first piece', () => {
  const text = 'The story of a dog is a classic example of magical realism. It is old.';
  expect(firstPiece(text)).toBe('The story of a dog');
});

test('a shorter beginning waits', () => {
  const text = 'Yes. The sun rises in the morning and then it sets.';
  expect(firstPiece(text)).toBe('Yes. The sun rises');
});

test('sentences and their first pieces end as the language has it', () => {
  const german = 'Das Treffen in Berlin ist am 3. Oktober bei Prof. Müller im Büro.';
  expect(firstPiece(german, 'de-AT')).toBe(german);
  expect(firstPiece('A man in an old hat, nb. With Nr. 5.', 'nb')).toBe('A man in an old hat,');
});
