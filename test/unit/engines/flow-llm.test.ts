// The client of flow endpoints against a real server of this machine that misbehaves.
import { afterAll, describe, expect, test } from 'vitest';
import type { LlmRequest } from '../../../src/core/contracts/language-model.ts';
import { createFlowLlm } from '../../../src/engines/flow-llm.ts';
import type { FlowLlmOptions } from '../../../src/engines/flow-llm.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { startFlowServer } from '../../support/flow-server.ts';

const server = await startFlowServer([{ say: 'Hello there.' }]);
afterAll(() => server.close());

interface Outcome {
  readonly text: string;
  readonly reason: string | null;
  readonly error: unknown;
}

async function ask(
  flowId: string,
  options: Partial<FlowLlmOptions> = {},
  overrides: Partial<LlmRequest> = {},
): Promise<Outcome> {
  const llm = createFlowLlm({
    baseUrl: server.baseUrl,
    flowId,
    sessionId: 'me & you',
    retry: { baseDelayMs: 1 },
    ...options,
  });
  const request: LlmRequest = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Grüße & more?' },
    ],
    maxTokens: 16,
    temperature: 0,
    seed: 7,
    signal: new AbortController().signal,
    ...overrides,
  };
  let text = '';
  let reason: string | null = null;
  let error: unknown = null;
  try {
    for await (const part of llm.generate(request)) {
      if (part.type === 'text-delta') text += part.text;
      if (part.type === 'finish') reason = part.reason;
    }
  } catch (thrown) {
    error = thrown;
  }
  return { text, reason, error };
}

const requestsTo = (flowId: string) =>
  server.requests.filter((request) => request.flowId === flowId);

async function passTimeUntil<T>(promise: Promise<T>, clock: ManualClock): Promise<T> {
  const isSettled = { now: false };
  void promise.finally(() => (isSettled.now = true));
  while (!isSettled.now) await clock.advance(500);
  return promise;
}

test('the last message alone is sent, with the session and the token', async () => {
  const { text, reason } = await ask('my flow', { getToken: () => Promise.resolve('secret-1') });
  expect([text, reason]).toEqual(['Hello there.', 'stop']);
  expect(requestsTo('my flow').at(-1)).toMatchObject({
    sessionId: 'me & you',
    input: 'Grüße & more?',
    headers: { authorization: 'Bearer secret-1' },
  });
});

test.each([
  ['whole', 'Hello there.'],
  ['progress', 'Hello'],
])('%s', async (flowId, text) => {
  expect(await ask(flowId)).toEqual({ text, reason: 'stop', error: null });
});

test.each(['busy-once', 'broken-once'])('%s is tried again', async (flowId) => {
  expect((await ask(flowId)).text).toBe('Hello there.');
  expect(requestsTo(flowId)).toHaveLength(2);
});

test('a refusal is final, and what was said is not read in it', async () => {
  const { error } = await ask('missing');
  expect(error).toMatchObject({ code: 'llm-request-failed', details: { status: 404 } });
  expect(JSON.stringify([String(error), (error as { details: object }).details])).not.toMatch(
    /Gr.*e/u,
  );
  expect(requestsTo('missing')).toHaveLength(1);
});

test.each([
  ['error-later', /The flow crashed/u],
  ['cut', /the connection ended before the answer did/u],
  ['half-json', /JSON/u],
])('%s: the text stands and the answer is incomplete', async (flowId, reason) => {
  const { text, error } = await ask(flowId);
  expect(text).toBe('Hello');
  expect(error).toMatchObject({ code: 'llm-incomplete', retryable: true });
  expect((error as { details: { reason: string } }).details.reason).toMatch(reason);
  expect(requestsTo(flowId)).toHaveLength(1);
});

describe('silence', () => {
  test.each([
    ['stall-headers', 15_000],
    ['stall-later', 10_000],
  ])('%s', async (flowId, waitedMs) => {
    const clock = new ManualClock();
    const { error } = await passTimeUntil(ask(flowId, { clock }), clock);
    expect(error).toMatchObject({ code: 'llm-stalled', details: { waitedMs } });
    expect(clock.pendingTimers).toBe(0);
  });
});

test('options that cannot work are mistakes', () => {
  const base = { baseUrl: 'https://a.io', flowId: 'f', sessionId: 's' };
  expect(() => createFlowLlm({ ...base, flowId: '' })).toThrow(/^flowId must name/u);
  expect(() => createFlowLlm({ ...base, sessionId: '' })).toThrow(/^sessionId must name/u);
  expect(() => createFlowLlm({ ...base, baseUrl: 'a.io' })).toThrow(/^baseUrl must be/u);
});
