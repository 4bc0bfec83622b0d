// A model that calls the same again with the same result is made to answer. Scripted model. Node.
import { describe, expect, test } from 'vitest';
import { answerWithTools } from '../../../src/agent/tool-loop.ts';
import { ToolProgress } from '../../../src/agent/tool-progress.ts';
import type {
  LlmPart,
  LlmRequest,
  LlmToolCall,
} from '../../../src/core/contracts/language-model.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const { signal } = new AbortController();

interface Round {
  readonly say?: string;
  /** JSON text of the arguments of each call. */
  readonly calls?: readonly string[];
}

/** One entry for each round; the last goes on. `results` are those of the calls made, in order; the last goes on. */
async function answer(rounds: readonly Round[], results: readonly string[]) {
  const choices: LlmRequest['toolChoice'][] = [];
  const made: LlmToolCall[] = [];
  let text = '';
  let error: unknown = null;
  const parts = answerWithTools({
    messages: [{ role: 'user', content: 'Hi' }],
    ask: (_, { toolChoice }) => {
      const round = rounds[Math.min(choices.push(toolChoice), rounds.length) - 1]!;
      return toParts(round);
    },
    run: async ({ text: said, calls }) => [
      { role: 'assistant', content: said, toolCalls: calls },
      ...calls.map((call) => ({
        role: 'tool' as const,
        content: results[Math.min(made.push(call), results.length) - 1]!,
        toolCallId: call.id,
      })),
    ],
    released: Promise.resolve(),
    progress: new ToolProgress({ clock: new ManualClock(), afterMs: null, onLate: () => {} }),
    apology: 'Sorry.',
    signal,
  });
  try {
    for await (const part of parts) text += part;
  } catch (thrown) {
    error = thrown;
  }
  return { text, error, choices, made: made.map(({ argumentsJson }) => argumentsJson) };
}

async function* toParts({ say = '', calls = [] }: Round): AsyncGenerator<LlmPart> {
  if (say !== '') yield { type: 'text-delta', text: say };
  for (const argumentsJson of calls) {
    yield { type: 'tool-call', call: { id: 'a', name: 'look_up', argumentsJson } };
  }
}

describe('the same call with the same result', () => {
  test('is made twice at most; then the model has to answer in words', async () => {
    const { text, error, choices, made } = await answer(
      [{ calls: ['{"at":1}'] }, { calls: ['{ "at": 1 }'] }, { say: 'It is 7.' }],
      ['7'],
    );
    expect({ text, error, choices }).toEqual({
      text: 'It is 7.',
      error: null,
      choices: [undefined, undefined, 'none'],
    });
    expect(made).toHaveLength(2);
  });

  test('is noticed behind another one', async () => {
    const { choices, made } = await answer(
      [{ calls: ['1'] }, { calls: ['2'] }, { calls: ['1'] }, { say: 'Done.' }],
      ['7'],
    );
    expect(made).toEqual(['1', '2', '1']);
    expect(choices.at(-1)).toBe('none');
  });

  test('beside a new one is none: the round brought something', async () => {
    const { choices } = await answer(
      [{ calls: ['1'] }, { calls: ['1', '2'] }, { say: 'Done.' }],
      ['7'],
    );
    expect(choices).toEqual([undefined, undefined, undefined]);
  });

  test('ends with the apology where the model has no words, or calls all the same', async () => {
    for (const last of [{}, { calls: ['1'] }]) {
      const { text, error, made } = await answer([{ calls: ['1'] }, { calls: ['1'] }, last], ['7']);
      expect(made).toHaveLength(2);
      expect(text).toBe('Sorry.');
      expect(error).toMatchObject({ code: 'tool-failed', details: { tool: 'look_up' } });
    }
  });

  test('words beside a call that may not be made are the answer', async () => {
    const { text, error } = await answer(
      [{ calls: ['1'] }, { calls: ['1'] }, { say: 'It is 7.', calls: ['1'] }],
      ['7'],
    );
    expect([text, error]).toEqual(['It is 7.', null]);
  });
});

test('the same call with another result each time goes on, five rounds at most', async () => {
  const { choices, made, error } = await answer([{ calls: ['1'] }], ['1', '2', '3', '4', '5']);
  expect(made).toHaveLength(5);
  expect(choices).toEqual(Array.from({ length: 6 }, () => undefined));
  expect(error).toMatchObject({ code: 'tool-failed' });
});
