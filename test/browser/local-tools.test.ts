// A model on the device calls a function of the page: the real agent, the real think worker, the real weights. When
// it calls and when it answers is forced.
import { Validator } from '@cfworker/json-schema';
import type { Schema } from '@cfworker/json-schema';
import { afterEach, expect, test } from 'vitest';
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent, VoiceAgentOptions } from '../../src/index.ts';
import { ELSEWHERE, watchEvents } from '../support/agent-events.ts';
import { startThinking } from '../support/worker-engines.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { enum: ['celsius', 'fahrenheit'] },
      days: { type: 'integer' },
    },
    required: ['city', 'unit'],
  },
};

/**
 * The model in its worker: asked by the person it has to call, given a result it has to answer. Left alone, so small a model
 * seldom calls, and once it has begun it goes on calling.
 */
async function createMind(): Promise<LlmEngine> {
  const worker = await startThinking('smollm2-135m-instruct');
  ended.push(() => worker.dispose());
  const { engine } = worker;
  return {
    info: engine.info,
    supportsTools: engine.supportsTools,
    generate: (request) => {
      const isAsked = request.messages.at(-1)?.role === 'user';
      const { tools = [], ...answer } = request;
      return engine.generate(isAsked ? { ...answer, tools, toolChoice: 'required' } : answer);
    },
    dispose: () => engine.dispose(),
  };
}

function createAgent(options: VoiceAgentOptions): VoiceAgent {
  const agent = createVoiceAgent({
    ...options,
    assets: { modelsUrl: '/models/' },
    engines: {
      ...{ stt: ELSEWHERE, turn: 'timer' },
      llm: { kind: 'custom', create: createMind },
      tts: 'none',
    },
  });
  ended.push(() => agent.dispose());
  return agent;
}

test('the function runs with arguments that fit, and the reply goes on with what it returned', async () => {
  const asked: unknown[] = [];
  const execute = async (value: unknown): Promise<unknown> => {
    asked.push(value);
    return { sky: 'sunny', degrees: 21 };
  };
  const agent = createAgent({ tools: [{ ...WEATHER, execute }] });
  const { of } = watchEvents(agent);
  await agent.load();
  await agent.sendText('What is the weather in Paris?');
  await expect.poll(() => of('reply-end').length, { timeout: 60_000 }).toBe(1);
  expect(of('error')).toEqual([]);
  expect(asked).toHaveLength(1);
  const validator = new Validator(WEATHER.parameters as Schema, '2020-12');
  expect(validator.validate(asked[0])).toMatchObject({ valid: true });
  expect(of('tool-start')).toMatchObject([{ tool: 'get_weather' }]);
  expect(of('tool-end')).toMatchObject([{ tool: 'get_weather', isError: false }]);
  expect(agent.messages.map(({ role }) => role)).toEqual(['user', 'tool', 'assistant']);
  expect(agent.messages[1]?.content).toBe('{"sky":"sunny","degrees":21}');
  // So small a model makes little of a result: that it says words is what counts.
  const said = agent.messages[2]?.content;
  expect(said).toMatch(/\p{L}{2}/u);
  expect(said).not.toMatch(/tool|get_weather|[<>{}"_]/u);
});

test('a schema that no grammar can be made of is one error, and says where', async () => {
  const parameters = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } };
  const execute = async (): Promise<null> => null;
  const odd = { name: 'odd', description: 'Odd.', parameters, execute };
  const agent = createAgent({ tools: [odd] });
  const { of } = watchEvents(agent);
  await agent.load();
  await agent.sendText('Try it.');
  await expect.poll(() => of('error').length, { timeout: 60_000 }).toBe(1);
  expect(of('error')[0]?.error).toMatchObject({
    code: 'invalid-data',
    details: { what: 'tools' },
    message: expect.stringContaining('/properties/n/minimum') as string,
  });
});
