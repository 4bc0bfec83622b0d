// A whole agent that sleeps until a model hears its keyword in what is played to it. Its models are made by the tests:
// two tones are two words, and the low one before the high one is the keyword.
import { afterEach, expect, test } from 'vitest';
import { createVoiceAgent } from '../../src/index.ts';
import { watchEvents } from '../support/agent-events.ts';
import { openPlayedMicrophone } from '../support/played-microphone.ts';
import { concatenate, silence } from '../support/recordings.ts';
import { toTones } from '../support/toy-whisper.ts';

/** More than the pause after which a turn ends. */
const LONG_PAUSE_MS = 3_000;
const REPLY_LIMIT_MS = 20_000;
const [LOW, HIGH] = [0, 1] as const;

const open: { dispose(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.dispose()));
});

/** Words with a gap between them, as between words that are said: an unbroken tone is the background after a while. */
function say(...words: readonly (0 | 1)[]): Float32Array {
  return concatenate(...words.flatMap((word) => [toTones([word]), silence(150)]));
}

test(
  'it sleeps through speech without the keyword, wakes with it, and answers the question behind it',
  { timeout: 90_000 },
  async () => {
    const microphone = openPlayedMicrophone();
    const agent = createVoiceAgent({
      assets: { modelsUrl: '/toys/', catalogUrl: '/toys/catalog.json', keepModels: false },
      microphone: { source: microphone.stream },
      ...{ mode: 'wake-phrase', wakePhrase: 'low high' },
      engines: {
        ...{ vad: 'energy', turn: 'timer', tts: 'none' },
        stt: { kind: 'local', modelId: 'toy-ctc' },
        wake: { kind: 'local', modelId: 'toy-keywords' },
        llm: { kind: 'persona', lines: [{ say: 'I am awake.' }] },
      },
    });
    open.push(microphone, agent);
    const { of } = watchEvents(agent);
    await agent.start();
    expect(agent.engines.map(({ stage, modelIds }) => [stage, ...modelIds])).toContainEqual([
      'wake',
      'toy-keywords',
    ]);

    await microphone.play(concatenate(say(HIGH, LOW), silence(LONG_PAUSE_MS)));
    expect(of('user-speech-start').length).toBeGreaterThan(0);
    expect(of('transcript-partial')).toEqual([]);
    expect(of('transcript-final')).toEqual([]);
    expect(of('reply-start')).toEqual([]);

    await microphone.play(concatenate(say(LOW, HIGH, HIGH, LOW, HIGH), silence(LONG_PAUSE_MS)));
    await expect.poll(() => of('reply-end').length, { timeout: REPLY_LIMIT_MS }).toBe(1);
    const messages = agent.messages.map(({ role, content }) => ({ role, content }));
    expect(messages).toEqual([
      { role: 'user', content: 'high low high' },
      { role: 'assistant', content: 'I am awake.' },
    ]);
    expect(of('error')).toEqual([]);
  },
);
