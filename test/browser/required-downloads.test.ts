// What other options would fetch, asked of the page's own agent: nothing is changed by asking, and nothing fetched.
import { afterEach, expect, test } from 'vitest';
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent } from '../../src/index.ts';
import { ELSEWHERE } from '../support/agent-events.ts';

const open: VoiceAgent[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
});

function createAgent(): VoiceAgent {
  const llm = { kind: 'persona', lines: [{ say: 'Yes.' }] } as const;
  const agent = createVoiceAgent({
    assets: { modelsUrl: '/models/' },
    engines: { vad: 'energy', turn: 'timer', stt: ELSEWHERE, llm, tts: 'none' },
  });
  open.push(agent);
  return agent;
}

test('other options are told of, with the libraries that come with them', async () => {
  const agent = createAgent();
  expect(await agent.requiredDownloads()).toEqual({ models: [], libraries: [] });
  const change = {
    engines: { vad: 'sherpa-onnx', tts: 'piper', llm: 'auto' },
    voice: { phonemes: 'espeak' },
  } as const;
  const { models, libraries } = await agent.requiredDownloads({ change });
  expect(models.map(({ id }) => id)).toEqual([
    ...['silero-vad', 'smollm2-135m-instruct', 'piper-en-us-joe'],
  ]);
  expect(libraries.map(({ id, task }) => [id, task])).toEqual([
    ['sherpa', 'vad'],
    ['espeak', 'phonemes'],
  ]);
  for (const { source } of libraries) expect(new URL(source).origin).toBe(location.origin);
  expect(await agent.requiredModels()).toEqual([]);
  const { choices } = await agent.inspectDevice();
  expect(choices.find(({ stage }) => stage === 'tts')?.engine).toBe('none');
  const fetched = performance.getEntriesByType('resource').map(({ name }) => name);
  expect(fetched.filter((name) => /phonemizer\.js|sherpa.*wasm$|\.gguf$/u.test(name))).toEqual([]);
});

test('options that make no sense are refused as by an update', async () => {
  const change = { mode: 'wake-phrase' } as const;
  await expect(createAgent().requiredDownloads({ change })).rejects.toThrow(/wakePhrase/u);
});
