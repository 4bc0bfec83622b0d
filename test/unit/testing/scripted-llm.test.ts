// The scripted language model: whose turn it is, what it costs, how it fails.
import { expect, test } from 'vitest';
import type {
  LlmMessage,
  LlmPart,
  LlmRequest,
} from '../../../src/core/contracts/language-model.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { createScriptedLlm } from '../../../src/testing/scripted-llm.ts';

const user = (content: string): LlmMessage => ({ role: 'user', content });

function toRequest(content: string, overrides: Partial<LlmRequest> = {}): LlmRequest {
  const signal = new AbortController().signal;
  return {
    messages: [user(content)],
    maxTokens: 16,
    temperature: 0,
    seed: 1,
    signal,
    ...overrides,
  };
}

async function say(parts: AsyncIterable<LlmPart>): Promise<string> {
  let text = '';
  for await (const part of parts) if (part.type === 'text-delta') text += part.text;
  return text;
}

test('the first reply that fits answers', async () => {
  const llm = createScriptedLlm({
    replies: [
      { when: 'HELLO', say: 'Hi!' },
      { when: /\d+/u, say: (heard) => `You said ${heard}.` },
      { when: ({ messages }) => messages.length > 1, say: 'We go on.' },
    ],
  });
  expect(await say(llm.generate(toRequest('hello there')))).toBe('Hi!');
  expect(await say(llm.generate(toRequest('42')))).toBe('You said 42.');
  expect(await say(llm.generate(toRequest('', { messages: [user('a'), user('b')] })))).toBe(
    'We go on.',
  );
  expect(await say(llm.generate(toRequest('what?')))).toBe('I have nothing to say to that.');
  expect(llm.requests).toHaveLength(4);
});

test('words come at their pace', async () => {
  const clock = new ManualClock();
  const replies = [{ say: 'One two three.' }];
  const llm = createScriptedLlm({
    replies,
    clock,
    promptTokenMs: 10,
    firstTokenMs: 50,
    tokenMs: 20,
  });
  const heard: [number, string][] = [];
  const run = (async () => {
    for await (const part of llm.generate(toRequest('a b'))) {
      if (part.type === 'text-delta') heard.push([clock.nowMs(), part.text]);
    }
  })();
  await clock.advance(200);
  await run;
  expect(heard).toEqual([
    [90, 'One'],
    [110, ' two'],
    [130, ' three.'],
  ]);
});

test('a call is made only of a tool that is there', async () => {
  const replies = [{ say: 'Wait.', call: { name: 'look_up', arguments: { city: 'Rome' } } }];
  const llm = createScriptedLlm({ replies });
  const tools = [{ name: 'look_up', description: '', parameters: {} }];
  const reasons: string[] = [];
  for (const request of [toRequest('x'), toRequest('x', { tools })]) {
    for await (const part of llm.generate(request)) {
      if (part.type === 'tool-call') expect(part.call.argumentsJson).toBe('{"city":"Rome"}');
      if (part.type === 'finish') reasons.push(part.reason);
    }
  }
  expect(reasons).toEqual(['stop', 'tool-calls']);
});

test('a scripted failure comes after the words', async () => {
  const failWith = new Error('gone');
  const llm = createScriptedLlm({ replies: [{ say: 'So far', failWith }] });
  const heard: LlmPart[] = [];
  const run = async (): Promise<void> => {
    for await (const part of llm.generate(toRequest('x'))) heard.push(part);
  };
  await expect(run()).rejects.toBe(failWith);
  expect(heard).toEqual([
    { type: 'text-delta', text: 'So' },
    { type: 'text-delta', text: ' far' },
  ]);
});
