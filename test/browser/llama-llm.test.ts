// A local language model where it is at home: in a worker, and with files that are no model.
import { describe, expect, test } from 'vitest';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { LlmEngine, LlmMessage } from '../../src/core/contracts/language-model.ts';
import { GgufFile } from '../support/gguf-file.ts';
import { createLlamaLlm } from '../support/llm-engines.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';

const MODEL = { modelId: 'smollm2-135m-instruct', fileNames: ['SmolLM2-135M-Instruct.Q4_1.gguf'] };
const HOUSE = { threads: 1, contextTokens: 256 };

/** The real file, changed. */
const changed = (change: (bytes: ArrayBuffer) => ArrayBuffer): ModelFiles => ({
  read: async (...file) => change(await servedModelFiles.read(...file)),
});

test('answers inside a worker', async () => {
  const worker = new Worker(new URL('../support/llama.worker.ts', import.meta.url), {
    type: 'module',
  });
  const answer = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.postMessage('What is the capital of France?');
  // Two threads of the four on an isolated page.
  expect(await answer).toMatch(crossOriginIsolated ? /^2: .*Paris/u : /^1: .*Paris/u);
  worker.terminate();
});

describe('files that are no model', () => {
  const { signal } = new AbortController();
  const toNonsense = (): ArrayBuffer =>
    new GgufFile(32).text('general.architecture', 'nonsense').build();
  const toPage = (): ArrayBuffer => new TextEncoder().encode('<!doctype html>').buffer;

  test.each([
    ['a web page', toPage, /not a GGUF file/u],
    ['a file cut off', (bytes: ArrayBuffer) => bytes.slice(0, 5_000_000), /ends too early/u],
    ['a model that nothing runs', toNonsense, /failed to load|llama_model_load|error/iu],
    ['nothing', () => new ArrayBuffer(0), /not a GGUF file/u],
  ])('%s', async (_, change, reason) => {
    const files = changed(change);
    const load = createLlamaLlm({ ...MODEL, ...HOUSE, files, signal });
    await expect(load).rejects.toMatchObject({
      code: 'model-invalid',
      details: { modelId: MODEL.modelId, reason: expect.stringMatching(reason) as string },
    });
  });
});

test('an abort while loading rejects with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const files = changed((bytes) => {
    setTimeout(() => controller.abort(reason), 50);
    return bytes;
  });
  const load = createLlamaLlm({ ...MODEL, ...HOUSE, files, signal: controller.signal });
  await expect(load).rejects.toBe(reason);
});

test('a conversation that does not fit is refused, and the next one answered', async () => {
  const { signal } = new AbortController();
  const llm = await createLlamaLlm({ ...MODEL, ...HOUSE, files: servedModelFiles, signal });
  const run = async (content: string): Promise<string> => {
    const messages = [{ role: 'user', content }] as const;
    let text = '';
    for await (const part of llm.generate({
      messages,
      maxTokens: 8,
      temperature: 0,
      seed: 1,
      signal,
    })) {
      if (part.type === 'text-delta') text += part.text;
    }
    return text;
  };
  await expect(run('word '.repeat(400))).rejects.toMatchObject({
    code: 'invalid-data',
    details: { what: 'messages' },
  });
  expect(await run('Say yes.')).not.toBe('');
  await llm.dispose();
});

test('a prefill gives way to a request', async () => {
  const { signal } = new AbortController();
  const llm = await createLlamaLlm({ ...MODEL, ...HOUSE, files: servedModelFiles, signal });
  const long = [{ role: 'system', content: 'Be kind, be brief, be clear. '.repeat(20) }] as const;
  const settled: string[] = [];
  const prefill = llm.prefill?.({ messages: long, signal }).then(() => settled.push('prefill'));
  const messages = [{ role: 'user', content: 'Say yes.' }] as const;
  for await (const part of llm.generate({
    messages,
    maxTokens: 4,
    temperature: 0,
    seed: 1,
    signal,
  })) {
    if (part.type === 'finish') settled.push('answer');
  }
  await prefill;
  expect(settled).toEqual(['prefill', 'answer']);
  await llm.dispose();
});

/** Tokens of the prompt that were evaluated, and the answer. */
async function ask(
  llm: LlmEngine,
  messages: readonly LlmMessage[],
): Promise<{ promptTokens: number; text: string }> {
  const { signal } = new AbortController();
  let text = '';
  let promptTokens = -1;
  for await (const part of llm.generate({
    messages,
    maxTokens: 40,
    temperature: 0,
    seed: 1,
    signal,
  })) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'finish') promptTokens = part.promptTokens ?? -1;
  }
  return { promptTokens, text };
}

test('after a reply was cut off only the changed tail is evaluated', async () => {
  const { signal } = new AbortController();
  const house = { threads: 1, contextTokens: 512 };
  const llm = await createLlamaLlm({ ...MODEL, ...house, files: servedModelFiles, signal });
  const system = { role: 'system', content: 'Be kind, be brief, be clear. '.repeat(12) } as const;
  const question = { role: 'user', content: 'Tell me about the city of Paris.' } as const;
  const first = await ask(llm, [system, question]);
  expect(first.promptTokens).toBeGreaterThan(90);
  const heard = first.text.split(' ').slice(0, 6).join(' ');
  const cut = { role: 'assistant', content: `${heard} [interrupted]` } as const;
  const next = { role: 'user', content: 'And Rome?' } as const;
  const second = await ask(llm, [system, question, cut, next]);
  // The mark, the question and the words of the template around them.
  expect(second.promptTokens).toBeLessThanOrEqual(30);
  expect(second.text).toMatch(/Rome|Ital/u);
  await llm.dispose();
});
