// An engine's worker that is lost again and again: the agent goes on without it, and does not wait for it. The page's own agent.
import { afterEach, expect, test } from 'vitest';
import type { VoiceAgent } from '../../src/index.ts';
import { createSpeakingAgent } from '../support/speaking-agent.ts';

const LIMIT_MS = 60_000;
const RESTARTS = 3;
const Original = globalThis.Worker;
const open: VoiceAgent[] = [];
const speaking: Worker[] = [];

class Watched extends Original {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    if (options?.name === 'parley-speak') speaking.push(this);
  }
}

/** Says that it is up, and blocks for ever as soon as it is asked to load. */
class Stuck extends Original {
  constructor(url: string | URL, options?: WorkerOptions) {
    const isVoice = options?.name === 'parley-speak';
    const script = `postMessage({ signal: 'ready' }); onmessage = () => { for (;;); };`;
    super(isVoice ? URL.createObjectURL(new Blob([script])) : url, isVoice ? {} : options);
  }
}

afterEach(async () => {
  globalThis.Worker = Original;
  speaking.length = 0;
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
});

test(
  'a voice that is given up leaves answers that are shown, and comes back when it is loaded again',
  { timeout: LIMIT_MS },
  async () => {
    globalThis.Worker = Watched;
    const { agent, of } = createSpeakingAgent('flite', 'Yes, I am.');
    open.push(agent);
    const voice = () => agent.engines.find(({ stage }) => stage === 'tts')?.name;
    const ask = async () => {
      const before = of('reply-end').length;
      await agent.sendText('Are you there?');
      await expect.poll(() => of('reply-end').length, { timeout: 10_000 }).toBe(before + 1);
      return of('reply-end').at(-1)?.heardText;
    };
    await agent.load();
    expect(voice()).toBe('flite');
    expect((await agent.say('Hello.')).heardText).toBe('Hello.');
    for (let crash = 0; crash <= RESTARTS; crash += 1) {
      await expect.poll(() => of('engine-change').length, { timeout: 20_000 }).toBe(crash + 1);
      speaking.at(-1)?.dispatchEvent(new ErrorEvent('error', { message: 'played crash' }));
    }
    await expect.poll(() => voice()).toBeUndefined();
    expect(of('error').map(({ error }) => error.code)).toEqual(
      Array(RESTARTS + 1).fill('worker-crashed'),
    );
    expect(await ask()).toBe('Yes, I am.');
    expect(of('reply-audio-start')).toHaveLength(1);

    await agent.load();
    expect(voice()).toBe('flite');
    expect(await ask()).toBe('Yes, I am.');
    expect(of('reply-audio-start')).toHaveLength(2);
  },
);

test(
  'a worker that blocks for ever while it loads is not waited for, and may be loaded again',
  { timeout: LIMIT_MS },
  async () => {
    const { agent, of } = createSpeakingAgent('flite', 'Yes, I am.');
    open.push(agent);
    globalThis.Worker = Stuck;
    // Answers are shown without a voice.
    await agent.load();
    expect(of('error').map(({ error }) => error)).toMatchObject([
      { code: 'worker-crashed', details: { worker: 'speak' }, retryable: true },
    ]);
    expect(agent.engines.some(({ stage }) => stage === 'tts')).toBe(false);
    await agent.sendText('Are you there?');
    globalThis.Worker = Original;
    await agent.load();
    expect((await agent.say('Hello.')).heardText).toBe('Hello.');
  },
);
