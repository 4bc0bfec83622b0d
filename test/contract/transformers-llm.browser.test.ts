// The language model contract on transformers.js, with a toy whose answers are known: the real library on a model made here.
import { expect, test } from 'vitest';
import type { LlmPart } from '../../src/core/contracts/language-model.ts';
import { createTransformersLlm } from '../support/llm-engines.ts';
import { toCatalog, toJsonFile, toStore } from '../support/toy-models.ts';
import { TOY_TEXT_MODEL } from '../support/toy-text-model.ts';
import { describeLlmContract } from './llm.suite.ts';

const { signal } = new AbortController();
const catalog = await toCatalog([TOY_TEXT_MODEL]);
const model = catalog.models[0]!;
const files = toStore(catalog, [TOY_TEXT_MODEL]);
const request = { files, model, threads: 1, contextTokens: 1_024, signal };

describeLlmContract('transformers.js', {
  create: () => createTransformersLlm(request),
  answer: /^ ?It is Paris$/u,
  countsPromptTokens: true,
  isToldToCall: true,
});

test('what it is, and what an interruption leaves of the prompt', async () => {
  const llm = await createTransformersLlm(request);
  expect(llm.info).toMatchObject({ name: 'transformers', modelIds: ['toy-text'], backend: 'wasm' });
  const ask = async (...contents: string[]): Promise<LlmPart[]> => {
    const messages = contents.map((content, at) => ({
      role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content,
    }));
    const parts: LlmPart[] = [];
    const options = { maxTokens: 8, temperature: 0, seed: 1, signal };
    for await (const part of llm.generate({ messages, ...options })) parts.push(part);
    return parts;
  };
  await ask('Tell me a long story');
  const after = await ask('Tell me a long story', 'Once upon', 'France');
  expect(after.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')).toMatch(
    /Paris/u,
  );
  // Of the 15 tokens, those up to "Once upon" were read before.
  expect(after.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', promptTokens: 5 });
  await llm.dispose();
});

test('the same seed says the same at a temperature, and a prompt beyond the context is refused', async () => {
  const llm = await createTransformersLlm({ ...request, contextTokens: 24 });
  const say = async (content: string, seed: number): Promise<string> => {
    const options = { maxTokens: 8, temperature: 2, seed, signal };
    let text = '';
    for await (const part of llm.generate({ messages: [{ role: 'user', content }], ...options })) {
      if (part.type === 'text-delta') text += part.text;
    }
    return text;
  };
  const [one, again, other] = [await say('story', 1), await say('story', 1), await say('story', 2)];
  expect(again).toBe(one);
  expect(other).not.toBe(one);
  await expect(say('story '.repeat(30), 1)).rejects.toMatchObject({ code: 'invalid-data' });
  await llm.dispose();
});

test('a model without a chat template is refused by name', async () => {
  const bare = {
    ...TOY_TEXT_MODEL,
    files: {
      ...TOY_TEXT_MODEL.files,
      'tokenizer_config.json': toJsonFile({ tokenizer_class: 'PreTrainedTokenizerFast' }),
    },
  };
  const other = await toCatalog([bare]);
  const refused = createTransformersLlm({
    ...request,
    model: other.models[0]!,
    files: toStore(other, [bare]),
  });
  await expect(refused).rejects.toMatchObject({
    code: 'model-invalid',
    details: { modelId: 'toy-text' },
  });
});
