// The client of OpenAI-compatible servers against a real server of this machine that misbehaves.
import { afterAll, describe, expect, test } from 'vitest';
import type { LlmPart, LlmRequest } from '../../../src/core/contracts/language-model.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { createOpenAiLlm } from '../../../src/engines/openai-llm.ts';
import type { OpenAiLlmOptions } from '../../../src/engines/openai-llm.ts';
import { toEndpoint } from '../../../src/engines/remote-endpoint.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { startOpenAiServer } from '../../support/openai-server.ts';

const server = await startOpenAiServer();
afterAll(() => server.close());

const TOOL = { name: 'look_up', description: 'Looks up a city.', parameters: { type: 'object' } };

function toRequest(overrides: Partial<LlmRequest> = {}): LlmRequest {
  return {
    messages: [{ role: 'user', content: 'Hi' }],
    maxTokens: 16,
    temperature: 0,
    seed: 7,
    signal: new AbortController().signal,
    ...overrides,
  };
}

const create = (model: string, options: Partial<OpenAiLlmOptions> = {}) =>
  createOpenAiLlm({ baseUrl: server.baseUrl, model, retry: { baseDelayMs: 1 }, ...options });

interface Outcome {
  readonly text: string;
  readonly parts: readonly LlmPart[];
  readonly error: unknown;
}

async function ask(
  model: string,
  options: Partial<OpenAiLlmOptions> = {},
  request: Partial<LlmRequest> = {},
): Promise<Outcome> {
  const parts: LlmPart[] = [];
  let error: unknown = null;
  try {
    for await (const part of create(model, options).generate(toRequest(request))) parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  const text = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
  return { text, parts, error };
}

test('says whose model answers', () => {
  expect(create('small-model').info).toMatchObject({ name: 'openai', modelName: 'small-model' });
});

const requestsTo = (model: string) => server.requests.filter(({ body }) => body['model'] === model);

/** Lets time pass on the clock until the promise settles, with room for the network in between. */
async function passTimeUntil<T>(promise: Promise<T>, clock: ManualClock): Promise<T> {
  const isSettled = { now: false };
  void promise.finally(() => (isSettled.now = true));
  while (!isSettled.now) await clock.advance(500);
  return promise;
}

describe('answers', () => {
  test.each([
    ['normal', 'Hello there.'],
    ['crlf', 'Hello there.'],
    ['bom', 'Hello there.'],
    ['comments', 'Hello there.'],
    ['split-utf8', 'Grüße 👋 東京'],
    ['no-done', 'Hello there.'],
    ['no-blank-line', 'Hello there.'],
    ['done-without-finish', 'Hello there.'],
    ['reasoning', 'Hello there.'],
    ['content-parts', 'Hello there.'],
    ['json', 'Hello there.'],
    ['reset-after-finish', 'Hello there.'],
  ])('%s', async (model, expected) => {
    const { text, parts, error } = await ask(model);
    expect(error).toBeNull();
    expect(text).toBe(expected);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  test('the counts are of tokens evaluated', async () => {
    const { parts } = await ask('normal');
    expect(parts.at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      promptTokens: 3,
      completionTokens: 2,
    });
  });

  test('the limit of tokens shows in the reason', async () => {
    expect((await ask('length')).parts.at(-1)).toMatchObject({ reason: 'length' });
  });

  test('a server that keeps the connection open after the end does not hold the answer', async () => {
    const clock = new ManualClock();
    const { text, parts } = await passTimeUntil(ask('open-after-finish', { clock }), clock);
    expect(text).toBe('Hello there.');
    expect(parts.at(-1)).toMatchObject({ type: 'finish', promptTokens: null });
  });
});

describe('the request', () => {
  test('carries messages, tools, limits and the token', async () => {
    await ask(
      'normal',
      { getToken: () => Promise.resolve('secret-token'), headers: { 'x-app': 'parley' } },
      {
        messages: [
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: '',
            toolCalls: [{ id: 'a', name: 'look_up', argumentsJson: '{}' }],
          },
          { role: 'tool', content: 'Sunny', toolCallId: 'a' },
        ],
        tools: [TOOL],
      },
    );
    const { headers, body } = requestsTo('normal').at(-1)!;
    expect(headers).toMatchObject({ authorization: 'Bearer secret-token', 'x-app': 'parley' });
    expect(body).toEqual({
      model: 'normal',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      seed: 7,
      max_tokens: 16,
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'look_up', arguments: '{}' } },
          ],
        },
        { role: 'tool', content: 'Sunny', tool_call_id: 'a' },
      ],
      tools: [{ type: 'function', function: TOOL }],
    });
  });

  test('leaves out what the server does not know, and remembers it', async () => {
    const llm = create('strict');
    for (const times of [1, 2]) {
      let text = '';
      for await (const part of llm.generate(toRequest())) {
        if (part.type === 'text-delta') text += part.text;
      }
      expect(text).toBe('Hello there.');
      expect(requestsTo('strict')).toHaveLength(3 + times);
    }
    const { body } = requestsTo('strict').at(-1)!;
    expect(body).toMatchObject({ max_completion_tokens: 16, temperature: 0 });
    expect(Object.keys(body)).not.toContain('seed');
  });

  test.each([
    ['https://a.io/v1', 'https://a.io/v1/chat/completions'],
    ['https://a.io/v1//', 'https://a.io/v1/chat/completions'],
    ['https://a.io/v1/chat/completions', 'https://a.io/v1/chat/completions'],
    ['https://a.io/x?api-version=2', 'https://a.io/x/chat/completions?api-version=2'],
  ])('%s', (baseUrl, url) => {
    expect(toEndpoint(baseUrl, 'llm').url).toBe(url);
  });

  test('options that cannot work are mistakes', () => {
    expect(() => create('x', { baseUrl: 'localhost:80' })).toThrow(/^baseUrl must be/u);
    expect(() => create('x', { baseUrl: '/v1' })).toThrow(TypeError);
    expect(() => create('')).toThrow(/^model must name/u);
    expect(() => create('x', { tokenDeadlineMs: 0 })).toThrow(/^tokenDeadlineMs must be above 0/u);
  });
});

describe('refusals', () => {
  test.each([
    ['forbidden', 403, /Check the key/u],
    ['missing', 404, /Check baseUrl and the name of the model/u],
    ['bad', 400, /messages must not be empty/u],
    ['html-ok', 200, /a web page, not/u],
  ])('%s is final', async (model, status, message) => {
    const { error } = await ask(model);
    expect(error).toMatchObject({
      code: 'llm-request-failed',
      retryable: false,
      details: { status, url: `${server.baseUrl}/chat/completions` },
    });
    expect(String(error)).toMatch(message);
    expect(requestsTo(model)).toHaveLength(1);
  });

  test('a key that the server quotes is not passed on', async () => {
    const { error } = await ask('unauthorized', { getToken: () => Promise.resolve('sk-12345678') });
    expect(error).toMatchObject({ details: { status: 401 } });
    const shown = JSON.stringify([String(error), (error as { details: object }).details]);
    expect(shown).toContain('[secret]');
    expect(shown).not.toContain('sk-12345678');
  });

  test('a key that the runtime quotes is not passed on either', async () => {
    const { error } = await ask('normal', {
      getToken: () => Promise.resolve('line\nbreak'),
      retry: { retries: 0 },
    });
    expect(error).toMatchObject({ code: 'llm-request-failed', details: { status: null } });
    expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain('break');
  });

  test('after a 401 another token is asked for, once', async () => {
    let tokens = 0;
    const getToken = () => Promise.resolve(`token-${(tokens += 1)}`);
    expect((await ask('expired', { getToken })).text).toBe('Hello there.');
    expect(requestsTo('expired').map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    const { error } = await ask('expired', { getToken });
    expect(error).toMatchObject({ code: 'llm-request-failed', details: { status: 401 } });
    expect(tokens).toBe(4);
  });

  test('the same token is not tried twice', async () => {
    const before = requestsTo('expired').length;
    const { error } = await ask('expired', { getToken: () => Promise.resolve('token-1') });
    expect(error).toMatchObject({ details: { status: 401 } });
    expect(requestsTo('expired')).toHaveLength(before + 1);
  });

  test('a failing getToken is named', async () => {
    const { error } = await ask('normal', {
      getToken: () => Promise.reject(new Error('no login')),
    });
    expect(error).toMatchObject({ code: 'llm-request-failed', details: { status: 401 } });
    expect(String(error)).toContain('getToken() failed: no login');
  });

  test('query and credentials of the address are not shown', async () => {
    const { error } = await ask('missing', { baseUrl: `${server.baseUrl}?key=hidden` });
    expect(JSON.stringify([String(error), (error as { details: object }).details])).not.toContain(
      'hidden',
    );
  });

  test('nobody there', async () => {
    const gone = await startOpenAiServer();
    await gone.close();
    const { error } = await ask('normal', { baseUrl: gone.baseUrl });
    expect(error).toMatchObject({
      code: 'llm-request-failed',
      retryable: true,
      details: { status: null },
    });
    expect(String(error)).toContain('CORS');
  });
});

describe('before the first part a passing fault is tried again', () => {
  test.each(['broken-once', 'error-frame-first', 'reset-first'])('%s', async (model) => {
    const { text, error } = await ask(model);
    expect(error).toBeNull();
    expect(text).toBe('Hello there.');
    expect(requestsTo(model)).toHaveLength(2);
  });

  test.each([
    ['broken', 500, 'oops'],
    ['html-error', 502, 'HTTP 502'],
  ])('%s, until it is enough', async (model, status, reason) => {
    const { error } = await ask(model);
    expect(error).toMatchObject({
      code: 'llm-request-failed',
      retryable: true,
      details: { status, reason },
    });
    expect(requestsTo(model)).toHaveLength(3);
  });

  test.each(['error-event', 'empty-body'])('%s', async (model) => {
    expect((await ask(model)).error).toMatchObject({ retryable: true });
    expect(requestsTo(model)).toHaveLength(3);
  });
});

describe('after it the text stands and the answer is incomplete', () => {
  test.each([
    ['half-json', /JSON/u],
    ['half-json-at-end', /JSON/u],
    ['clean-end', /the connection ended before the answer did/u],
    ['error-frame', /The model crashed/u],
    ['reset', /./u],
    ['filtered', /withheld/u],
  ])('%s', async (model, reason) => {
    const { text, parts, error } = await ask(model);
    expect(text).toBe('Hello');
    expect(parts.map(({ type }) => type)).toEqual(['text-delta']);
    expect(error).toMatchObject({ code: 'llm-incomplete', retryable: true });
    expect((error as { details: { reason: string } }).details.reason).toMatch(reason);
    expect(requestsTo(model)).toHaveLength(1);
  });
});

describe('tool calls', () => {
  test('come whole, after the text', async () => {
    const { parts } = await ask('tools', {}, { tools: [TOOL] });
    expect(parts).toEqual([
      { type: 'text-delta', text: 'One moment.' },
      { type: 'tool-call', call: { id: 'a', name: 'look_up', argumentsJson: '{"city":"Paris"}' } },
      { type: 'tool-call', call: { id: 'b', name: 'now', argumentsJson: '{}' } },
      { type: 'finish', reason: 'tool-calls', promptTokens: null, completionTokens: null },
    ]);
  });

  test('of a server that numbers them all alike', async () => {
    const { parts } = await ask('tools-same-index');
    expect(parts).toMatchObject([
      { call: { id: 'a', argumentsJson: '{"city":"Rome"}' } },
      { call: { id: 'b', argumentsJson: '{"city":"Oslo"}' } },
      { reason: 'tool-calls' },
    ]);
  });

  test.each(['tools-cut', 'tools-reset'])('%s: a call cut off is not made', async (model) => {
    const { parts, error } = await ask(model, { retry: { retries: 0 } });
    expect(parts.filter(({ type }) => type !== 'text-delta')).toEqual([]);
    expect(error).toMatchObject({ code: 'llm-incomplete' });
  });

  test('one that the limit of tokens cut off says what to do, and is not asked for again', async () => {
    const { error } = await ask('tools-cut');
    expect(error).toMatchObject({ code: 'llm-incomplete', retryable: false });
    expect((error as Error).message).toMatch(
      /the arguments of tool call "look_up" are cut off\. Give it more room with options\.reply\.maxTokens\.$/u,
    );
    expect(requestsTo('tools-cut').length).toBe(2);
  });

  test('none is made where the request says so', async () => {
    await ask('normal', {}, { tools: [TOOL], toolChoice: 'none' });
    expect(requestsTo('normal').at(-1)!.body).toMatchObject({ tools: [{}], tool_choice: 'none' });
  });
});

describe('silence', () => {
  test.each(['stall-headers', 'stall-first'])('%s', async (model) => {
    const clock = new ManualClock();
    const before = server.cutByClient;
    const { error } = await passTimeUntil(ask(model, { clock }), clock);
    await server.waitForCut(before + 1);
    expect(error).toMatchObject({ code: 'llm-stalled', details: { waitedMs: 15_000 } });
    expect(clock.nowMs()).toBeGreaterThanOrEqual(15_000);
    expect(requestsTo(model)).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  test('between two tokens', async () => {
    const clock = new ManualClock();
    const { text, error } = await passTimeUntil(ask('stall-later', { clock }), clock);
    expect(text).toBe('Hello');
    expect(error).toMatchObject({ code: 'llm-stalled', details: { waitedMs: 10_000 } });
  });
});

describe('leaving', () => {
  test('an abort rejects with its reason and closes the connection', async () => {
    const before = server.cutByClient;
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = async (): Promise<void> => {
      const parts = create('stall-later').generate(toRequest({ signal: controller.signal }));
      for await (const part of parts) if (part.type === 'text-delta') controller.abort(reason);
    };
    await expect(run()).rejects.toBe(reason);
    await server.waitForCut(before + 1);
  });

  test('so does leaving the loop', async () => {
    const before = server.cutByClient;
    for await (const part of create('stall-later').generate(toRequest())) {
      if (part.type === 'text-delta') break;
    }
    await server.waitForCut(before + 1);
  });

  test('an abort while waiting to try again', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const outcome = ask('busy', { clock }, { signal: controller.signal });
    while (requestsTo('busy').length < 1) await nextMacrotask();
    const reason = new Error('enough');
    controller.abort(reason);
    expect((await outcome).error).toBe(reason);
  });

  test('dispose ends what runs', async () => {
    const llm = create('stall-later');
    const run = async (): Promise<void> => {
      for await (const part of llm.generate(toRequest())) {
        if (part.type === 'text-delta') void llm.dispose();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'disposed' });
  });
});
