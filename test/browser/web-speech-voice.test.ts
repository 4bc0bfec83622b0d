// A voice of the system in a whole agent: a stand-in keeps the time of one, since Chromium has none in the tests.
import { afterEach, expect, test, vi } from 'vitest';
import { createVoiceAgent } from '../../src/index.ts';
import type { VoiceAgent, VoiceAgentEvent, VoiceAgentOptions } from '../../src/index.ts';

const WORDS = 'One two three four five six seven eight nine ten. Eleven twelve thirteen.';
const WORD_MS = 120;
const open: VoiceAgent[] = [];

class StandInUtterance extends EventTarget {
  readonly text: string;
  constructor(text: string) {
    super();
    this.text = text;
  }
}

/** A word each 120 ms, told as it begins. */
class StandIn extends EventTarget {
  readonly said: string[] = [];
  #timers: number[] = [];

  getVoices() {
    const voice = { voiceURI: 'stand-in', name: 'Stand-in', lang: 'en-US' };
    return [{ ...voice, localService: true, default: true }];
  }

  speak(utterance: StandInUtterance): void {
    this.said.push(utterance.text);
    const tell = (type: string, atMs: number, details = {}): void => {
      const event = Object.assign(new Event(type), details);
      this.#timers.push(self.setTimeout(() => utterance.dispatchEvent(event), atMs));
    };
    const words = [...utterance.text.matchAll(/\S+/gu)];
    tell('start', 20);
    words.forEach(({ index }, i) =>
      tell('boundary', 20 + i * WORD_MS, { name: 'word', charIndex: index }),
    );
    tell('end', 20 + words.length * WORD_MS);
  }

  cancel(): void {
    this.#timers.splice(0).forEach((timer) => clearTimeout(timer));
  }
}

afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
});

async function createAgent() {
  const system = new StandIn();
  vi.stubGlobal('speechSynthesis', system);
  vi.stubGlobal('SpeechSynthesisUtterance', StandInUtterance);
  const elsewhere = {
    kind: 'openai',
    baseUrl: 'https://nobody.invalid/v1',
    model: 'none',
  } as const;
  const options: VoiceAgentOptions = {
    assets: { modelsUrl: '/models/' },
    engines: {
      ...{ stt: elsewhere, turn: 'timer', tts: { kind: 'web-speech' } },
      llm: { kind: 'persona', lines: [{ say: 'Yes, I am. And I go on.' }] },
    },
  };
  const agent = createVoiceAgent(options);
  open.push(agent);
  const events: VoiceAgentEvent[] = [];
  agent.on('*', (event) => void events.push(event));
  await agent.load();
  return { agent, events, system };
}

test('says a reply sentence by sentence, and the conversation has it', async () => {
  const { agent, events, system } = await createAgent();
  expect(agent.engines.find(({ stage }) => stage === 'tts')).toMatchObject({
    ...{ name: 'web-speech', backend: 'js' },
  });
  const startMs = performance.now();
  expect(await agent.say(WORDS)).toEqual({ heardText: WORDS, isInterrupted: false });
  expect(performance.now() - startMs).toBeGreaterThan(13 * WORD_MS);
  expect(system.said.join(' ')).toBe(WORDS);
  await agent.sendText('Are you there?');
  await expect.poll(() => agent.messages.at(-1)?.content).toBe('Yes, I am. And I go on.');
  expect(events.filter(({ type }) => type === 'error')).toEqual([]);
});

test('is silent when it is cut off, and the conversation keeps what was heard', async () => {
  const { agent, events, system } = await createAgent();
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
  expect(events.filter(({ type }) => type === 'error')).toEqual([]);
});
