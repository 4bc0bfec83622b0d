// Tools over the wire: a dialogue, the OpenAI-compatible client, and a real server of this machine.
import { afterAll, expect, test } from 'vitest';
import { Dialogue } from '../../../src/agent/dialogue.ts';
import type { UnstampedEvent } from '../../../src/agent/events.ts';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import { PageTools } from '../../../src/agent/page-tools.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { createOpenAiLlm } from '../../../src/engines/openai-llm.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { startOpenAiServer } from '../../support/openai-server.ts';

const call = (city: string) => ({ name: 'weather', arguments: { city } });
const server = await startOpenAiServer([
  {
    when: ({ messages }) => messages.at(-1)?.role === 'tool',
    say: (result) => `Over there it is ${result} degrees.`,
  },
  { say: 'Let me see.', call: [call('Paris'), call('Rome')] },
]);
afterAll(() => server.close());

const TOOL = {
  name: 'weather',
  description: 'Degrees in a city.',
  parameters: { type: 'object', properties: { city: { enum: ['Paris', 'Rome'] } } },
};

test('the server is sent the results and its answer is the reply', async () => {
  const ended = createDeferred<Extract<UnstampedEvent, { type: 'reply-end' }>>();
  const asked: unknown[] = [];
  const execute = async (value: unknown): Promise<number> => 20 + asked.push(value);
  const tools = new PageTools(() => [{ ...TOOL, execute }]);
  const clock = new ManualClock();
  const dialogue = new Dialogue({
    options: resolveOptions({ tools: [{ ...TOOL, execute }] }),
    clock,
    epochMs: () => 0,
    emit: (event) => {
      if (event.type === 'error') ended.reject(new Error(event.error.message));
      if (event.type === 'reply-end') ended.resolve(event);
    },
    onState: () => undefined,
    callTool: ({ id, name, argumentsJson }) => tools.call(id, name, argumentsJson),
  });
  const llm = createOpenAiLlm({ baseUrl: server.baseUrl, model: 'script' });
  dialogue.setEngines({ stt: null, endOfTurn: null, llm, tts: null });
  dialogue.sendText('How is the weather?');
  expect((await ended.promise).generatedText).toBe('Let me see. Over there it is 22 degrees.');
  expect(asked).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
  const [first, second] = server.requests.map(({ body }) => body);
  expect(first!['tools']).toEqual([{ type: 'function', function: TOOL }]);
  expect((second!['messages'] as unknown[]).slice(2)).toEqual([
    {
      role: 'assistant',
      content: 'Let me see.',
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'weather', arguments: '{"city":"Paris"}' },
        },
        {
          id: 'call_2',
          type: 'function',
          function: { name: 'weather', arguments: '{"city":"Rome"}' },
        },
      ],
    },
    { role: 'tool', content: '21', tool_call_id: 'call_1' },
    { role: 'tool', content: '22', tool_call_id: 'call_2' },
  ]);
  dialogue.dispose();
});
