// The browser's graphics process crashes in the middle of a reply: all of the reply is heard. The page's own agent.
import { afterEach, expect, test } from 'vitest';
import type {} from '@vitest/browser-playwright';
import { cdp } from 'vitest/browser';
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent } from '../../src/index.ts';
import { ELSEWHERE, watchEvents } from '../support/agent-events.ts';
import partUrl from './workers/part-on-gpu-speak.worker.ts?worker&url';

const FIRST = 'This is said by the graphics processor.';
const WORDS = `${FIRST} This one was in the making when it crashed. And this one comes after it.`;
const LIMIT_MS = 240_000;
const Original = globalThis.Worker;
const open: VoiceAgent[] = [];

/** The speak worker leaves most of Kokoro to the CPU: a graphics processor in software would take minutes. */
class PartlyReplaced extends Original {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(options?.name === 'parley-speak' ? partUrl : url, options);
  }
}

afterEach(async () => {
  globalThis.Worker = Original;
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
  await caches.delete('parley-self-tests');
});

function createAgent() {
  globalThis.Worker = PartlyReplaced;
  const agent = createVoiceAgent({
    assets: { modelsUrl: '/models/' },
    voice: { backend: 'webgpu' },
    engines: {
      ...{ stt: ELSEWHERE, turn: 'timer', tts: 'kokoro' },
      llm: { kind: 'persona', lines: [{ say: 'Yes, I am.' }] },
    },
  });
  open.push(agent);
  const { of } = watchEvents(agent);
  const voice = () => agent.engines.find(({ stage }) => stage === 'tts');
  return { agent, of, voice };
}

test('a graphics process that crashes costs a reply no word', { timeout: LIMIT_MS }, async () => {
  const { agent, of, voice } = createAgent();
  await agent.load();
  expect(of('error')).toEqual([]);
  expect(voice()).toMatchObject({ name: 'kokoro', backend: 'webgpu' });

  const saying = agent.say(WORDS);
  await expect.poll(() => of('reply-audio-start').length, { timeout: 60_000 }).toBe(1);
  await cdp().send('Browser.crashGpuProcess');
  expect(await saying).toEqual({ heardText: WORDS, isInterrupted: false });

  expect(of('error').map(({ error }) => error.code)).toEqual(['gpu-lost']);
  expect(of('engine-change').at(-1)?.engine).toMatchObject({ name: 'kokoro', backend: 'wasm' });
  expect(voice()).toMatchObject({ name: 'kokoro', backend: 'wasm' });

  const next = 'The next reply is said by the kernels alone.';
  expect(await agent.say(next)).toEqual({ heardText: next, isInterrupted: false });
  expect(of('reply-audio-start')).toHaveLength(2);
});
