import { expect, test } from 'vitest';
import { ReplyText } from '../../../src/agent/reply-text.ts';

function firstPiece(text: string): string | undefined {
  const reply = new ReplyText({ chunking: 'sentence', maxWords: null });
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
