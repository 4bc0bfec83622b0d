// What every language model must do, run against each engine and its fake.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  LlmEngine,
  LlmMessage,
  LlmPart,
  LlmRequest,
} from '../../src/core/contracts/language-model.ts';

export interface LlmSubject {
  readonly create: () => Promise<LlmEngine>;
  /** The expected answer to "What is the capital of France?". */
  readonly answer: RegExp;
  /** Whether `promptTokens` is known. */
  readonly countsPromptTokens: boolean;
  /** Models that call tools when told to, and hardly by themselves. Default false. */
  readonly isToldToCall?: boolean;
}

const SYSTEM: LlmMessage = {
  role: 'system',
  content: 'You are a helpful assistant. Answer in one short sentence.',
};
const FRANCE: LlmMessage = { role: 'user', content: 'What is the capital of France?' };
const STORY: LlmMessage = { role: 'user', content: 'Tell me a long story about a fox.' };
const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
} as const;

type FinishPart = Extract<LlmPart, { type: 'finish' }>;

function toRequest(
  messages: readonly LlmMessage[],
  overrides: Partial<LlmRequest> = {},
): LlmRequest {
  const signal = new AbortController().signal;
  return { messages, maxTokens: 12, temperature: 0, seed: 7, signal, ...overrides };
}

/** Everything said, and the finish part, which must be the last. */
async function collect(parts: AsyncIterable<LlmPart>): Promise<{
  text: string;
  calls: Extract<LlmPart, { type: 'tool-call' }>[];
  finish: FinishPart;
}> {
  const all: LlmPart[] = [];
  for await (const part of parts) all.push(part);
  const last = all.at(-1);
  if (last?.type !== 'finish') throw new Error(`the last part is ${String(last?.type)}`);
  expect(all.filter(({ type }) => type === 'finish')).toHaveLength(1);
  const text = all.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
  return { text, calls: all.filter((part) => part.type === 'tool-call'), finish: last };
}

export function describeLlmContract(name: string, subject: LlmSubject): void {
  describe(`language model contract: ${name}`, () => {
    let llm: LlmEngine;
    beforeAll(async () => {
      llm = await subject.create();
    });
    afterAll(() => llm.dispose());

    test('says what it is', () => {
      expect(llm.info.stage).toBe('llm');
      expect(llm.info.name).not.toBe('');
      expect(llm.info.threads).toBeGreaterThanOrEqual(1);
    });

    test('answers a question and finishes last', async () => {
      const { text, finish } = await collect(llm.generate(toRequest([SYSTEM, FRANCE])));
      expect(text).toMatch(subject.answer);
      expect(finish.reason).toBe('stop');
      expect(finish.completionTokens ?? 1).toBeGreaterThan(0);
    });

    test('says the same again at temperature 0 with the same seed', async () => {
      const first = await collect(llm.generate(toRequest([SYSTEM, STORY])));
      const second = await collect(llm.generate(toRequest([SYSTEM, STORY])));
      expect(first.text.split(' ').length).toBeGreaterThan(6);
      expect(second.text).toBe(first.text);
    });

    test('stops at the limit of tokens and says so', async () => {
      const { text, finish } = await collect(
        llm.generate(toRequest([SYSTEM, STORY], { maxTokens: 4 })),
      );
      expect(text).not.toBe('');
      expect(finish.reason).toBe('length');
      expect(finish.completionTokens ?? 4).toBe(4);
    });

    test('an abort in mid-answer rejects with its own reason, and the next request works', async () => {
      const controller = new AbortController();
      const reason = new DOMException('cut off', 'AbortError');
      const heard: string[] = [];
      const run = async (): Promise<void> => {
        const request = toRequest([SYSTEM, STORY], { maxTokens: 500, signal: controller.signal });
        for await (const part of llm.generate(request)) {
          if (part.type === 'text-delta') heard.push(part.text);
          if (heard.length === 3) controller.abort(reason);
        }
      };
      await expect(run()).rejects.toBe(reason);
      expect(heard).toHaveLength(3);
      const { text } = await collect(llm.generate(toRequest([SYSTEM, FRANCE])));
      expect(text).toMatch(subject.answer);
    });

    test('a request aborted before it starts rejects with the reason', async () => {
      const reason = new Error('too late');
      const parts = llm.generate(toRequest([FRANCE], { signal: AbortSignal.abort(reason) }));
      await expect(collect(parts)).rejects.toBe(reason);
    });

    test('a reader that leaves early holds nothing up', async () => {
      for await (const part of llm.generate(toRequest([SYSTEM, STORY], { maxTokens: 500 }))) {
        if (part.type === 'text-delta') break;
      }
      const { text } = await collect(llm.generate(toRequest([SYSTEM, FRANCE])));
      expect(text).toMatch(subject.answer);
    });

    test('two requests at once both get their own answer', async () => {
      const [france, story] = await Promise.all([
        collect(llm.generate(toRequest([SYSTEM, FRANCE]))),
        collect(llm.generate(toRequest([SYSTEM, STORY], { maxTokens: 6 }))),
      ]);
      expect(france.text).toMatch(subject.answer);
      expect(story.text).not.toMatch(subject.answer);
    });

    test('a longer conversation evaluates only what is new in it', async ({ skip }) => {
      skip(!subject.countsPromptTokens, 'the engine does not count prompt tokens');
      const first = await collect(llm.generate(toRequest([SYSTEM, FRANCE])));
      const longer = [
        SYSTEM,
        FRANCE,
        { role: 'assistant', content: first.text },
        { role: 'user', content: 'Thank you.' },
      ] as const;
      const second = await collect(llm.generate(toRequest(longer, { maxTokens: 2 })));
      const words = longer.reduce((sum, { content }) => sum + content.split(' ').length + 1, 0);
      expect(words).toBeGreaterThan(25);
      expect(second.finish.promptTokens).toBeGreaterThan(0);
      expect(second.finish.promptTokens).toBeLessThan(words * 0.7);
    });

    test('a prefill leaves little to evaluate', async ({ skip }) => {
      if (llm.prefill === undefined) skip('the engine has no prefill');
      if (!subject.countsPromptTokens) skip('what a prompt costs is not known');
      await collect(llm.generate(toRequest([STORY], { maxTokens: 1 })));
      const signal = new AbortController().signal;
      await llm.prefill?.({ messages: [SYSTEM, FRANCE], signal });
      const { text, finish } = await collect(llm.generate(toRequest([SYSTEM, FRANCE])));
      expect(text).toMatch(subject.answer);
      expect(finish.promptTokens).toBeLessThanOrEqual(4);
      const reason = new Error('never mind');
      const aborted = llm.prefill?.({ messages: [SYSTEM], signal: AbortSignal.abort(reason) });
      await expect(aborted).rejects.toBe(reason);
    });

    test('tells whole sentences from unfinished ones, or nothing of them', async ({ skip }) => {
      if (llm.predictEnd === undefined) skip('the engine does not tell');
      const { signal } = new AbortController();
      const predict = (content: string, before: readonly LlmMessage[] = []) =>
        llm.predictEnd?.({ messages: [SYSTEM, ...before, { role: 'user', content }], signal });
      const whole = await predict('What is the capital of France?');
      if (whole === null) skip('the model does not tell');
      expect(whole).toBeGreaterThan(0.3);
      expect(await predict('What is the capital of France')).toBeCloseTo(whole ?? 0, 3);
      for (const text of [
        'What is the capital of?',
        'Set an alarm for.',
        'I would like to book.',
      ]) {
        expect(await predict(text), text).toBeLessThan(0.01);
      }
      // What was said before makes an answer of few words a whole one.
      const asked = [FRANCE, { role: 'assistant', content: 'How long should I wait?' }] as const;
      expect(await predict('Five minutes', asked)).toBeGreaterThan(0.2);
      expect((await predict('Five minutes')) ?? 0).toBeLessThan(0.1);
      const { text } = await collect(llm.generate(toRequest([SYSTEM, FRANCE])));
      expect(text).toMatch(subject.answer);
      const reason = new Error('never mind');
      const messages = [SYSTEM, FRANCE];
      const aborted = llm.predictEnd?.({ messages, signal: AbortSignal.abort(reason) });
      await expect(aborted).rejects.toBe(reason);
    });

    test('tools are called with JSON, or refused', async () => {
      const ask: LlmMessage = { role: 'user', content: 'What is the weather in Paris?' };
      const told = subject.isToldToCall === true ? ({ toolChoice: 'required' } as const) : {};
      const options = { tools: [WEATHER], maxTokens: 64 };
      const request = { ...toRequest([SYSTEM, ask], options), ...told };
      const answer = collect(llm.generate(request));
      if (llm.supportsTools === false) {
        await expect(answer).rejects.toMatchObject({ code: 'unsupported' });
        return;
      }
      const { calls, finish } = await answer;
      expect(finish.reason).toBe('tool-calls');
      expect(calls.map(({ call }) => call.name)).toEqual(['get_weather']);
      expect(JSON.parse(calls[0]!.call.argumentsJson)).toEqual({ city: 'Paris' });
    });

    test('told to answer in words, it calls no tool', async ({ skip }) => {
      if (llm.supportsTools === false) skip('the engine calls no tools');
      const call = { id: 'a', name: 'get_weather', argumentsJson: '{"city":"Paris"}' };
      const messages: LlmMessage[] = [
        SYSTEM,
        { role: 'user', content: 'What is the weather in Paris?' },
        { role: 'assistant', content: '', toolCalls: [call] },
        { role: 'tool', content: '"The weather is sunny."', toolCallId: 'a' },
      ];
      const options = { tools: [WEATHER], toolChoice: 'none', maxTokens: 32 } as const;
      const { text, calls, finish } = await collect(llm.generate(toRequest(messages, options)));
      expect(calls).toEqual([]);
      expect(text).not.toContain('tool_call');
      expect(finish.reason).not.toBe('tool-calls');
    });

    test('disposed of, it refuses', async () => {
      const other = await subject.create();
      await other.dispose();
      await other.dispose();
      const answer = collect(other.generate(toRequest([FRANCE])));
      await expect(answer).rejects.toMatchObject({ code: 'disposed' });
    });
  });
}
