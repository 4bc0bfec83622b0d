import { expect, test } from 'vitest';
import { ReplyText } from '../../../src/agent/reply-text.ts';

function firstPiece(tokens: readonly string[]): { text: string | undefined; afterTokens: number } {
  const reply = new ReplyText({ chunking: 'sentence', maxWords: null });
  for (const [index, token] of tokens.entries()) {
    const [piece] = reply.take(token).pieces;
    if (piece !== undefined) return { text: piece.text, afterTokens: index + 1 };
  }
  return { text: reply.finish().pieces[0]?.text, afterTokens: Infinity };
}

test('half a second of speech is enough for the first piece', () => {
  const tokens = 'The| story| of| a| dog| is| a| classic| example| of| magical| realism.| It'.split(
    '|',
  );
  expect(firstPiece(tokens)).toEqual({ text: 'The story of a dog', afterTokens: 8 });
});

test('a shorter beginning waits', () => {
  const tokens = 'Yes.| The| sun| rises| in| the| morning| and| then| it| sets.'.split('|');
  expect(firstPiece(tokens).text).toBe('Yes. The sun rises');
});
