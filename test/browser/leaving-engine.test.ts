// An engine elsewhere goes on answering while the model that takes its place is fetched. The page's own agent; its models
// are made by the tests, and two tones are two words.
import { afterEach, expect, test } from 'vitest';
import { createVoiceAgent } from '../../src/index.ts';
import { watchEvents } from '../support/agent-events.ts';
import { openPlayedMicrophone } from '../support/played-microphone.ts';
import { concatenate, silence } from '../support/recordings.ts';
import { toTones } from '../support/toy-whisper.ts';

const LIMIT_MS = 90_000;
const REPLY_LIMIT_MS = 20_000;
/** More than the pause after which a turn ends. */
const LONG_PAUSE_MS = 3_000;

const open: { dispose(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.dispose()));
});

test(
  'a script answers until the model is here, is told of until then, and the history goes on',
  { timeout: LIMIT_MS },
  async () => {
    const microphone = openPlayedMicrophone();
    const agent = createVoiceAgent({
      assets: { catalogUrl: '/toys/catalog.json', modelsUrl: '/toys/', keepModels: false },
      microphone: { source: microphone.stream },
      engines: {
        ...{ vad: 'energy', turn: 'timer', tts: 'none' },
        stt: { kind: 'local', modelId: 'toy-ctc' },
        llm: { kind: 'persona', lines: [{ say: 'From the script.' }] },
      },
      reply: { maxTokens: 12 },
    });
    open.push(microphone, agent);
    const { of } = watchEvents(agent);
    const mind = (): string[] =>
      agent.engines.filter(({ stage }) => stage === 'llm').map(({ name }) => name);
    const answerTo = async (ask: () => Promise<void>): Promise<string | undefined> => {
      const before = of('reply-end').length;
      await ask();
      const limit = { timeout: REPLY_LIMIT_MS };
      await expect.poll(() => of('reply-end').length, limit).toBe(before + 1);
      return agent.messages.at(-1)?.content.trim();
    };
    const speak = (): Promise<void> =>
      microphone.play(
        concatenate(toTones([0]), silence(150), toTones([1]), silence(LONG_PAUSE_MS)),
      );
    await agent.start();
    expect(await answerTo(speak)).toBe('From the script.');

    agent.models.pause();
    agent.update({ engines: { llm: { kind: 'local', modelId: 'toy-text' } } });
    expect(await answerTo(speak)).toBe('From the script.');
    expect(mind()).toEqual(['persona']);

    agent.models.resume();
    const ask = (): Promise<void> => agent.sendText('What is the capital of France');
    expect(await answerTo(ask)).toBe('It is Paris');
    expect(mind()).toEqual(['transformers']);
    expect(agent.messages).toHaveLength(6);
    expect(of('error')).toEqual([]);
  },
);
