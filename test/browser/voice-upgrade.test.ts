// A voice in the place of another one, both real: what is being said is said to its end, and the history goes on.
import { afterEach, expect, test } from 'vitest';
import type { VoiceAgent } from '../../src/index.ts';
import { KEEPS_UP_RTF, RtfVerdicts } from '../../src/browser/rtf-verdicts.ts';
import { createSpeakingAgent } from '../support/speaking-agent.ts';

const WORDS = 'The light voice says all of this sentence, however soon the other one is there.';
/** Loading and measuring on a machine with other work. */
const LIMIT_MS = 110_000;
const open: VoiceAgent[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
  await caches.delete('parley-self-tests');
});

function createAgent(tts: 'auto' | 'piper') {
  const speaking = createSpeakingAgent(tts, 'Yes, I am.');
  const { agent } = speaking;
  open.push(agent);
  const voice = () => agent.engines.find(({ stage }) => stage === 'tts')?.name;
  return { ...speaking, voice };
}

test('another voice takes over between two replies', { timeout: LIMIT_MS }, async () => {
  const { agent, events, voice, of } = createAgent('piper');
  await agent.load();
  expect(voice()).toBe('piper');
  const saying = agent.say(WORDS);
  await expect.poll(() => of('reply-audio-start').length, { timeout: 30_000 }).toBe(1);
  agent.update({ engines: { tts: 'kokoro' } });
  expect(await saying).toEqual({ heardText: WORDS, isInterrupted: false });
  await expect
    .poll(() => of('engine-change').at(-1)?.engine.name, { timeout: 60_000 })
    .toBe('kokoro');
  const types = events.map(({ type }) => type);
  expect(types.lastIndexOf('engine-change')).toBeGreaterThan(types.indexOf('reply-end'));

  await agent.sendText('Are you still there?');
  await expect.poll(() => of('reply-end').length, { timeout: 30_000 }).toBe(2);
  expect(agent.messages.map(({ role, content }) => [role, content])).toEqual([
    ['assistant', WORDS],
    ['user', 'Are you still there?'],
    ['assistant', 'Yes, I am.'],
  ]);
  expect(of('reply-audio-start')).toHaveLength(2);
  expect(of('error')).toEqual([]);
});

test(
  'the light voice speaks first, and the better one takes over if it keeps up',
  { timeout: LIMIT_MS },
  async () => {
    const { agent, voice, of } = createAgent('auto');
    const models = await agent.requiredModels();
    expect(models.filter(({ isLater }) => isLater).map(({ id }) => id)).toEqual([
      'kokoro-82m',
      'kokoro-voices-en',
    ]);
    await agent.load();
    expect(voice()).toBe('piper');
    expect(await agent.say(WORDS)).toEqual({ heardText: WORDS, isInterrupted: false });

    const settled = () =>
      of('engine-choice').findLast(({ choice }) => choice.stage === 'tts')?.choice;
    await expect.poll(() => settled()?.better, { timeout: 100_000 }).toBeNull();
    const { threads } = agent.engines.find(({ stage }) => stage === 'tts')!;
    const subject = { modelId: 'kokoro-82m', backend: 'wasm', threads } as const;
    const rtf = (await new RtfVerdicts().read(subject)) ?? 0;
    const expected = rtf <= KEEPS_UP_RTF ? 'kokoro' : 'piper';
    expect(rtf, 'seconds of computing for a second of speech').toBeGreaterThan(0);
    expect(settled()).toMatchObject({ engine: expected, chosenBy: 'device' });
    expect(voice()).toBe(expected);
    expect(of('error')).toEqual([]);

    // The next visit knows.
    const next = createAgent('auto');
    expect((await next.agent.requiredModels()).some(({ isLater }) => isLater)).toBe(false);
    const { choices } = await next.agent.inspectDevice();
    expect(choices.find(({ stage }) => stage === 'tts')?.engine).toBe(expected);
  },
);
