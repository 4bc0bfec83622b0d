// Models of other libraries on WebGPU, in software where there is no graphics processor: whether it is trusted, and what
// is left of an utterance and of an answer when its process crashes.
import { afterEach, expect, test } from 'vitest';
import type {} from '@vitest/browser-playwright';
import { cdp } from 'vitest/browser';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { createWhisperStt } from '../../workers/engines/whisper-stt.ts';
import { toCatalog, toStore } from '../support/toy-models.ts';
import { GARBLED_TOY_ENCODER, TOY_WHISPER, toTones, wordsOf } from '../support/toy-whisper.ts';
import { startListening, startThinking } from '../support/worker-engines.ts';

const { signal } = new AbortController();
const TONES = [0, 1, 1, 0, 0, 1] as const;
const STORY_TOKENS = 600;
/** What the toy tells, as long as anybody listens. */
const STORY = `Once upon ${'a time there was one fox who saw another '.repeat(Math.ceil(STORY_TOKENS / 9))}`;
const started: { dispose(): unknown }[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.dispose();
  await caches.delete('parley-self-tests');
});

/** As a graphics processor that computes wrongly would have it: what is read first is loaded on it. */
function garbleFirst(files: ModelFiles): ModelFiles {
  let isFirst = true;
  return {
    read: (modelId, name, options) => {
      if (name !== 'encoder_model.onnx' || !isFirst) return files.read(modelId, name, options);
      isFirst = false;
      return Promise.resolve(GARBLED_TOY_ENCODER.slice().buffer);
    },
  };
}

async function hearOnGpu(change: (files: ModelFiles) => ModelFiles) {
  const catalog = await toCatalog([TOY_WHISPER]);
  const model = catalog.models[0]!;
  const verdicts: string[] = [];
  const told: ErrorCode[] = [];
  const engine = await createWhisperStt({
    ...{ model, files: change(toStore(catalog, [TOY_WHISPER])), threads: 2, signal },
    backend: 'webgpu',
    verdicts: {
      read: async () => null,
      write: async (_, verdict) => void verdicts.push(verdict),
    },
    onFallback: ({ code }) => void told.push(code),
  });
  started.push(engine);
  const stream = engine.open({ language: 'en', onPartial: () => undefined, signal });
  stream.push(toTones(TONES));
  const { text } = await stream.transcribe({ signal });
  return { text, backend: engine.info.backend, verdicts, told };
}

test('a Whisper that hears on the graphics processor what it hears on the processor is trusted', async () => {
  expect(await hearOnGpu((files) => files)).toEqual({
    ...{ text: wordsOf(TONES), backend: 'webgpu' },
    ...{ verdicts: ['passed'], told: [] },
  });
});

test('one that hears something else runs on the processor', async () => {
  expect(await hearOnGpu(garbleFirst)).toEqual({
    ...{ text: wordsOf(TONES), backend: 'wasm' },
    ...{ verdicts: ['failed'], told: ['self-test-failed'] },
  });
});

test('a graphics process that crashes in an utterance costs it no word', async () => {
  const worker = await startListening({ modelId: 'toy-whisper', backend: 'webgpu' });
  started.push(worker);
  expect(worker.engine.info).toMatchObject({ name: 'whisper', backend: 'webgpu' });
  const stream = worker.engine.open({ language: 'en', onPartial: () => undefined, signal });
  stream.push(toTones(TONES.slice(0, 3)));
  expect((await stream.transcribe({ signal })).text).toBe(wordsOf(TONES.slice(0, 3)));
  await cdp().send('Browser.crashGpuProcess');
  stream.push(toTones(TONES.slice(3)));
  expect((await stream.transcribe({ signal })).text).toBe(wordsOf(TONES));
  expect(worker.fallbacks.map(({ error, info }) => [error.code, info?.backend])).toEqual([
    ['gpu-lost', 'wasm'],
  ]);
});

test(
  'llama.cpp loses it in an answer, and the kernels go on with the same model',
  { timeout: 240_000 },
  async () => {
    const worker = await startThinking({ modelId: 'smollm2-135m-instruct', backend: 'webgpu' });
    started.push(worker);
    expect(worker.engine.info).toMatchObject({ name: 'llama', backend: 'webgpu' });
    const parts = worker.engine.generate({
      messages: [{ role: 'user', content: 'Count from one to ten, in words.' }],
      ...{ maxTokens: 24, temperature: 0, seed: 1, signal },
    });
    let [text, before] = ['', ''];
    for await (const part of parts) {
      if (part.type !== 'text-delta') continue;
      text += part.text;
      if (before !== '') continue;
      before = text;
      await cdp().send('Browser.crashGpuProcess');
    }
    expect(text.length).toBeGreaterThan(before.length + 20);
    expect(worker.fallbacks.map(({ error, info }) => [error.code, info?.backend])).toEqual([
      ['gpu-lost', 'wasm'],
    ]);
  },
);

test('one that crashes in an answer has the answer go on where it stopped', async () => {
  const worker = await startThinking({ modelId: 'toy-text', backend: 'webgpu' });
  started.push(worker);
  expect(worker.engine.info).toMatchObject({ name: 'transformers', backend: 'webgpu' });
  const parts = worker.engine.generate({
    messages: [{ role: 'user', content: 'Tell me a long story' }],
    ...{ maxTokens: STORY_TOKENS, temperature: 0, seed: 1, signal },
  });
  let text = '';
  let isCrashed = false;
  for await (const part of parts) {
    if (part.type !== 'text-delta') continue;
    text += part.text;
    if (isCrashed) continue;
    isCrashed = true;
    await cdp().send('Browser.crashGpuProcess');
  }
  const words = text.trim().split(' ');
  expect(words).toHaveLength(STORY_TOKENS);
  expect(words).toEqual(STORY.split(' ').slice(0, STORY_TOKENS));
  expect(worker.fallbacks.map(({ error, info }) => [error.code, info?.backend])).toEqual([
    ['gpu-lost', 'wasm'],
  ]);
});
