import { expect, test } from 'vitest';
import { createPersonaLlm } from '../../../src/engines/persona-llm.ts';

const persona = createPersonaLlm([
  { when: 'name', say: 'I am Polly.' },
  { say: 'How nice.' },
  { say: 'Tell me more.' },
]);

async function answer(...turns: readonly string[]): Promise<string> {
  const messages = turns.map((content, i) => ({
    role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content,
  }));
  const { signal } = new AbortController();
  const request = { messages, maxTokens: 16, temperature: 0, seed: 1, signal };
  let text = '';
  for await (const part of persona.generate(request)) {
    if (part.type === 'text-delta') text += part.text;
  }
  return text;
}

test('a line is chosen by what was said, and those that fit alike take turns', async () => {
  expect(await answer('What is your NAME?')).toBe('I am Polly.');
  expect(await answer('It rains.')).toBe('How nice.');
  expect(await answer('It rains.', 'How nice.', 'It snows.')).toBe('Tell me more.');
});
