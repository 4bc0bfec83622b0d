// A language that the voice lacks, on the page's own agent with the real speak worker: shown, and spoken by nobody.
import { afterEach, expect, test } from 'vitest';
import type { VoiceAgent } from '../../src/index.ts';
import { createSpeakingAgent } from '../support/speaking-agent.ts';

const LIMIT_MS = 120_000;
const open: VoiceAgent[] = [];
afterEach(() => Promise.all(open.splice(0).map((agent) => agent.dispose())));

test(
  'Kokoro says no German: answers are shown until English is spoken again',
  { timeout: LIMIT_MS },
  async () => {
    const { agent, of } = createSpeakingAgent('kokoro', 'Da sind 3.');
    open.push(agent);
    const ask = async (): Promise<string | undefined> => {
      const before = of('reply-end').length;
      await agent.sendText('?');
      await expect.poll(() => of('reply-end').length, { timeout: 20_000 }).toBe(before + 1);
      return of('reply-end').at(-1)?.heardText;
    };
    const features = (): unknown[] =>
      of('error').map(({ error }) => [
        error.code,
        'feature' in error.details && error.details.feature,
      ]);
    await agent.load();
    expect((await agent.say('Hello.')).heardText).toBe('Hello.');
    expect(of('reply-audio-start')).toHaveLength(1);

    agent.update({ language: 'de' });
    await expect
      .poll(features, { timeout: 5_000 })
      .toEqual([['unsupported', 'language "de" with kokoro-82m']]);
    expect(await ask()).toBe('Da sind 3.');
    expect(await ask()).toBe('Da sind 3.');
    expect(of('reply-audio-start')).toHaveLength(1);
    expect(features().slice(1)).toEqual([['unsupported', 'a voice for language "de"']]);

    agent.update({ language: 'en-GB' });
    expect(await ask()).toBe('Da sind 3.');
    expect(of('reply-audio-start')).toHaveLength(2);
  },
);
