// A voice of the system in a whole agent: a stand-in keeps the time of one, since Chromium has none in the tests.
import { afterEach, expect, test, vi } from 'vitest';
import type { VoiceAgent } from '../../src/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createSpeakingAgent } from '../support/speaking-agent.ts';
import { StandInSpeech, StandInUtterance } from '../support/speech-stand-ins.ts';

const WORDS = 'One two three four five six seven eight nine ten. Eleven twelve thirteen.';
const WORD_MS = 120;
const open: VoiceAgent[] = [];

afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
});

async function createAgent() {
  const system = new StandInSpeech(systemClock, WORD_MS);
  vi.stubGlobal('speechSynthesis', system);
  vi.stubGlobal('SpeechSynthesisUtterance', StandInUtterance);
  const { agent, of } = createSpeakingAgent({ kind: 'web-speech' }, 'Yes, I am. And I go on.');
  open.push(agent);
  await agent.load();
  return { agent, of, system };
}

test('says a reply sentence by sentence, and the conversation has it', async () => {
  const { agent, of, system } = await createAgent();
  expect(agent.engines.find(({ stage }) => stage === 'tts')).toMatchObject({
    ...{ name: 'web-speech', backend: 'js' },
  });
  const startMs = performance.now();
  expect(await agent.say(WORDS)).toEqual({ heardText: WORDS, isInterrupted: false });
  expect(performance.now() - startMs).toBeGreaterThan(13 * WORD_MS);
  expect(system.said.map(({ text }) => text).join(' ')).toBe(WORDS);
  await agent.sendText('Are you there?');
  await expect.poll(() => agent.messages.at(-1)?.content).toBe('Yes, I am. And I go on.');
  expect(of('error')).toEqual([]);
});

test('is silent when it is cut off, and the conversation keeps what was heard', async () => {
  const { agent, of, system } = await createAgent();
  const saying = agent.say(WORDS);
  await expect.poll(() => system.said.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 4 * WORD_MS + 250));
  agent.interrupt();
  const { heardText, isInterrupted } = await saying;
  expect(isInterrupted).toBe(true);
  expect(heardText).toMatch(/^One two/u);
  expect(heardText.split(' ').length).toBeLessThanOrEqual(6);
  expect(WORDS.startsWith(heardText)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 10 * WORD_MS));
  expect(system.said).toHaveLength(1);
  expect(of('error')).toEqual([]);
});
