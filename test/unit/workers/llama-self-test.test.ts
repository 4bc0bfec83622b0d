// A graphics processor is trusted with a language model once it goes on as the processor does, with runtimes that are played. Node.
import { expect, test } from 'vitest';
import { answerTestPrompt, findLlamaFault } from '../../../workers/engines/llama-self-test.ts';
import type {
  LlamaCall,
  LlamaRequest,
  LlamaRuntime,
} from '../../../workers/runtimes/llama-runtime.ts';

test('answers that part late are alike; those that part at once, or are missing, are not', () => {
  const wanted = ['five', ',', ' six', ',', ' seven', ','];
  expect(findLlamaFault(wanted, wanted)).toBeNull();
  expect(findLlamaFault([...wanted.slice(0, 4), ' and'], wanted)).toBeNull();
  expect(findLlamaFault(['five', ',', ' the'], wanted)).toMatch(/from token 3 on/u);
  expect(findLlamaFault([], wanted)).toMatch(/from token 1 on/u);
  expect(findLlamaFault(['#'], [])).toMatch(/from token 1 on/u);
  // A model that ends at once does so on both.
  expect(findLlamaFault([], [])).toBeNull();
  expect(findLlamaFault(['Yes'], ['Yes'])).toBeNull();
});

test('the most likely answer is asked for, and taken part by part', async () => {
  const requests: LlamaRequest[] = [];
  const runtime: LlamaRuntime = {
    ...{ modelId: 'tiny', threads: 1, chatTemplate: null },
    complete: async (request: LlamaRequest, { onChunk }: LlamaCall) => {
      requests.push(request);
      for (const content of ['five', ',', '']) onChunk({ choices: [{ delta: { content } }] });
    },
    dispose: async () => undefined,
  };
  const parts = await answerTestPrompt(runtime, new AbortController().signal);
  expect(parts).toEqual(['five', ',']);
  expect(requests).toMatchObject([{ temperature: 0, max_tokens: 8 }]);
});
