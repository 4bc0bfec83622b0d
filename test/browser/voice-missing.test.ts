// A voice that cannot be loaded: answers are shown, and it joins when it is loaded again. The page's own agent.
import { afterEach, expect, test, vi } from 'vitest';
import type { EngineOptions, VoiceAgent } from '../../src/index.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { FakeTts } from '../../src/testing/fake-tts.ts';
import { createSpeakingAgent } from '../support/speaking-agent.ts';
import { spoilChecksums } from '../support/spoil-checksums.ts';

const LIMIT_MS = 60_000;
const open: VoiceAgent[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((agent) => agent.dispose()));
});

function createRig(tts: NonNullable<EngineOptions['tts']>) {
  const { agent, of } = createSpeakingAgent(tts, 'Yes, I am.');
  open.push(agent);
  const hasVoice = () => agent.engines.some(({ stage }) => stage === 'tts');
  const ask = async () => {
    const before = of('reply-end').length;
    await agent.sendText('Are you there?');
    await expect.poll(() => of('reply-end').length, { timeout: 10_000 }).toBe(before + 1);
    return of('reply-end').at(-1)?.heardText;
  };
  return { agent, of, hasVoice, ask };
}

test(
  'of a damaged one an event tells, and the conversation goes on',
  { timeout: LIMIT_MS },
  async () => {
    spoilChecksums('flite-en');
    const { agent, of, hasVoice, ask } = createRig('flite');
    await agent.load();
    expect(agent.state.agent).toBe('idle');
    expect(of('error').map(({ error }) => error.code)).toEqual(['model-integrity']);
    expect(hasVoice()).toBe(false);
    expect(await ask()).toBe('Yes, I am.');
    expect(of('reply-audio-start')).toEqual([]);
  },
);

test('one that did not arrive joins when it is loaded again', { timeout: LIMIT_MS }, async () => {
  let calls = 0;
  const create = () => {
    calls += 1;
    if (calls > 1) return new FakeTts();
    throw new VoiceAgentError('model-download-failed', 'No network.', {
      ...{ details: { modelId: 'mine', url: '', status: null }, retryable: true },
    });
  };
  const { agent, of, hasVoice, ask } = createRig({ kind: 'custom', create });
  await agent.load();
  expect(of('error')).toMatchObject([
    { error: { code: 'model-download-failed', retryable: true } },
  ]);
  expect(await ask()).toBe('Yes, I am.');
  expect([hasVoice(), calls]).toEqual([false, 1]);

  await agent.load();
  expect([hasVoice(), calls]).toEqual([true, 2]);
  await agent.say('Hello again.');
  expect(of('reply-audio-start')).toHaveLength(1);
  expect(of('error')).toHaveLength(1);
});

test(
  'where something fails that nobody can do without, that alone is told',
  { timeout: LIMIT_MS },
  async () => {
    const failWith = (code: 'model-download-failed' | 'model-invalid') => () => {
      throw code === 'model-invalid'
        ? new VoiceAgentError(code, 'No model.', { details: { modelId: 'mine', reason: '' } })
        : new VoiceAgentError(code, 'No network.', {
            details: { modelId: 'mine', url: '', status: null },
          });
    };
    const { agent, of } = createRig({ kind: 'custom', create: failWith('model-download-failed') });
    agent.update({ engines: { stt: { kind: 'custom', create: failWith('model-invalid') } } });
    await expect(agent.load()).rejects.toMatchObject({ code: 'model-invalid' });
    expect(of('error')).toEqual([]);
    expect(agent.state.agent).toBe('off');
  },
);
