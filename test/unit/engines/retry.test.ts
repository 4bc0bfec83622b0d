// When a server is asked again, on a manual clock.
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../src/core/backoff.ts';
import type { LlmPart } from '../../../src/core/contracts/language-model.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { createOpenAiLlm } from '../../../src/engines/openai-llm.ts';
import { DEFAULT_RETRY, retryAfterMs } from '../../../src/engines/retry.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const policy = { ...DEFAULT_RETRY, random: () => 0.5 };

test('each wait is twice as long, up to the longest', () => {
  expect([0, 1, 2, 10].map((retry) => backoffMs(retry, policy))).toEqual([300, 600, 1_200, 4_000]);
});

test('clients that failed together spread out', () => {
  expect(backoffMs(0, { ...policy, random: () => 0 })).toBe(150);
  expect(backoffMs(0, { ...policy, random: () => 0.99 })).toBeCloseTo(447);
});

test.each([
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after-ms': '350', 'retry-after': '2' }, 350],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' }, 8_000],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('%j asks for %s ms', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers), 1_000)).toBe(expected);
});

describe('the client', () => {
  const OK =
    'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

  /** Answers with the statuses given, then well. */
  function createScene(...statuses: readonly { status: number; retryAfter?: string }[]) {
    const clock = new ManualClock();
    const calledAtMs: number[] = [];
    const fetch = async (): Promise<Response> => {
      const fault = statuses[calledAtMs.length];
      calledAtMs.push(clock.nowMs());
      if (fault === undefined) return new Response(OK);
      const headers: Record<string, string> =
        fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return new Response('busy', { status: fault.status, headers });
    };
    const llm = createOpenAiLlm({
      baseUrl: 'http://host/v1',
      model: 'm',
      clock,
      fetch,
      retry: { random: () => 0.5 },
    });
    const parts: LlmPart[] = [];
    const run = (async () => {
      const messages = [{ role: 'user', content: 'Hi' }] as const;
      const { signal } = new AbortController();
      const request = { messages, maxTokens: 8, temperature: 0, seed: 1, signal };
      for await (const part of llm.generate(request)) parts.push(part);
    })();
    run.catch(() => undefined);
    return { clock, calledAtMs, parts, run };
  }

  /** Streams of the runtime take several turns of the event loop to hand out what they hold. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await nextMacrotask();
  }

  async function pass(clock: ManualClock, byMs: number): Promise<void> {
    await settle();
    await clock.advance(byMs);
    await settle();
  }

  test('waits 300, then 600 ms', async () => {
    const { clock, calledAtMs, parts, run } = createScene({ status: 500 }, { status: 503 });
    await pass(clock, 300);
    await pass(clock, 600);
    await run;
    expect(calledAtMs).toEqual([0, 300, 900]);
    expect(parts[0]).toEqual({ type: 'text-delta', text: 'Hi' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('waits as long as the server asks', async () => {
    const { clock, calledAtMs, run } = createScene({ status: 429, retryAfter: '2' });
    await pass(clock, 1_999);
    expect(calledAtMs).toEqual([0]);
    await pass(clock, 1);
    await run;
    expect(calledAtMs).toEqual([0, 2_000]);
  });

  test('does not wait when the answer would come too late', async () => {
    const { calledAtMs, run } = createScene({ status: 429, retryAfter: '60' });
    await expect(run).rejects.toMatchObject({
      code: 'llm-request-failed',
      details: { status: 429 },
    });
    expect(calledAtMs).toEqual([0]);
  });
});
