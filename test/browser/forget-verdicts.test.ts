// What is kept of a device is forgotten, and what may run on a graphics processor is loaded anew. The page's own agent.
import { afterEach, expect, test } from 'vitest';
import type { VoiceAgent } from '../../src/index.ts';
import { verdictStorage } from '../../src/engines/verdict-storage.ts';
import { createSpeakingAgent } from '../support/speaking-agent.ts';

const LIMIT_MS = 90_000;
const Original = globalThis.Worker;
const open: VoiceAgent[] = [];
const names: string[] = [];

class Watched extends Original {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    names.push(options?.name ?? '');
  }
}

afterEach(async () => {
  globalThis.Worker = Original;
  names.length = 0;
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
  await verdictStorage.clear();
});

test.each([
  ['kokoro', 'auto', 2],
  ['flite', 'auto', 1],
] as const)('%s on %s is loaded %i times', { timeout: LIMIT_MS }, async (tts, backend, times) => {
  globalThis.Worker = Watched;
  const { agent, of } = createSpeakingAgent(tts, 'Yes, I am.');
  open.push(agent);
  agent.update({ voice: { backend } });
  await verdictStorage.write('an adapter, weights', 'failed');
  await agent.forgetVerdicts();
  expect(await verdictStorage.read('an adapter, weights')).toBeNull();
  // Nothing is loaded that was not.
  expect(names).toEqual([]);

  await agent.load();
  await agent.forgetVerdicts();
  const speaking = names.filter((name) => name === 'parley-speak');
  expect(speaking).toHaveLength(times);
  expect(names.filter((name) => name === 'parley-turn')).toHaveLength(1);
  await agent.load();
  expect(names.filter((name) => name === 'parley-speak')).toHaveLength(times);
  expect(await agent.say('Hello.')).toEqual({ heardText: 'Hello.', isInterrupted: false });
  expect(of('reply-audio-start')).toHaveLength(1);
  expect(of('error')).toEqual([]);
});
