// How quick a language model is, by two answers to nobody. Node.
import { expect, test } from 'vitest';
import { createAbortReason } from '../../../src/core/abort.ts';
import type { LlmEngine, LlmPart, LlmRequest } from '../../../src/core/contracts/language-model.ts';
import { measureLlmRtf, toLlmRtf } from '../../../src/engines/llm-rtf.ts';

const { signal } = new AbortController();

type Cost = Pick<Extract<LlmPart, { type: 'finish' }>, 'completionTokens' | 'decodeMs'>;

function play(costs: Cost[]) {
  const requests: LlmRequest[] = [];
  const llm: Pick<LlmEngine, 'generate'> = {
    async *generate(request) {
      requests.push(request);
      request.signal.throwIfAborted();
      yield { type: 'text-delta', text: 'One' };
      yield { type: 'finish', reason: 'length', promptTokens: 9, ...costs.shift()! };
    },
  };
  return { requests, measure: (given = signal) => measureLlmRtf(llm as LlmEngine, given) };
}

test('eight tokens after the first in a second are a second of speech', () => {
  expect(toLlmRtf({ tokens: 17, decodeMs: 2_000 })).toBe(1);
  expect(toLlmRtf({ tokens: 9, decodeMs: 120 })).toBeCloseTo(0.12, 9);
});

test('the quicker of two answers counts, to the same short question, at no temperature', async () => {
  const { measure, requests } = play([
    { completionTokens: 16, decodeMs: 3_000 },
    { completionTokens: 16, decodeMs: 1_500 },
  ]);
  expect(await measure()).toBeCloseTo(0.8, 9);
  expect(requests).toHaveLength(2);
  expect(requests[1]).toMatchObject({ maxTokens: 16, temperature: 0 });
  expect(requests[1]).toEqual(requests[0]);
});

test('one answer that ended too soon is left out; of two nothing is known', async () => {
  const short = { completionTokens: 3 };
  expect(await play([short, { completionTokens: 11, decodeMs: 500 }]).measure()).toBe(0.4);
  expect(await play([{ ...short }, { ...short }]).measure()).toBeNull();
});

test('ends with the reason of an abort', async () => {
  const reason = createAbortReason('people talk');
  const { measure } = play([]);
  await expect(measure(AbortSignal.abort(reason))).rejects.toBe(reason);
});
