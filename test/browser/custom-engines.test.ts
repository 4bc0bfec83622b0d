// Engines of the page's own in a real agent: served from the page to the real turn worker.
import { afterEach, expect, test } from 'vitest';
import { createVoiceAgent } from '../../src/create-voice-agent.ts';
import type { VoiceAgent } from '../../src/agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from '../../src/agent/voice-agent-options.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { FakeEndOfTurn } from '../../src/testing/fake-end-of-turn.ts';
import { FakeTts } from '../../src/testing/fake-tts.ts';
import { createScriptedLlm } from '../../src/testing/scripted-llm.ts';
import { ScriptedStt } from '../../src/testing/scripted-stt.ts';

const agents: VoiceAgent[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.dispose()));
});

function createAgent(engines: VoiceAgentOptions['engines']): VoiceAgent {
  const agent = createVoiceAgent({ engines: engines ?? {}, assets: { modelsUrl: '/models/' } });
  agents.push(agent);
  return agent;
}

function lastAnswer(agent: VoiceAgent): string | undefined {
  return agent.messages.findLast(({ role, isFinal }) => role === 'assistant' && isFinal)?.content;
}

function says(text: string) {
  const engine = createScriptedLlm({ replies: [{ say: text }] });
  const disposed = { count: 0 };
  const dispose = engine.dispose.bind(engine);
  engine.dispose = async () => {
    disposed.count += 1;
    await dispose();
  };
  return { disposed, option: { kind: 'custom', create: () => engine } as const };
}

test('all four answer, and say what they are', async () => {
  const agent = createAgent({
    stt: { kind: 'custom', create: () => new ScriptedStt() },
    turn: { kind: 'custom', create: () => new FakeEndOfTurn() },
    llm: { kind: 'custom', create: async () => createScriptedLlm({ replies: [{ say: 'Yes.' }] }) },
    tts: { kind: 'custom', create: () => new FakeTts() },
  });
  const required = await agent.requiredModels();
  expect(required.map(({ id }) => id)).toEqual(['silero-vad']);
  await agent.load();
  const { length } = agent.engines;
  expect(length).toBeGreaterThanOrEqual(2);
  const heard = await agent.say('Hello there.');
  expect(heard.isInterrupted).toBe(false);
  await agent.sendText('Really?');
  await expect.poll(() => lastAnswer(agent)).toBe('Yes.');
  const stages = agent.engines.map(({ stage, name }) => `${stage} ${name}`);
  expect(stages).toEqual(expect.arrayContaining(['vad silero', 'llm scripted']));
});

test('another function is another engine, exchanged between turns; the one before is disposed of', async () => {
  const [first, second] = [says('First.'), says('Second.')];
  const agent = createAgent({ llm: first.option, tts: 'none' });
  await agent.load();
  await agent.sendText('One?');
  await expect.poll(() => lastAnswer(agent)).toBe('First.');
  agent.update({ engines: { llm: first.option } });
  agent.update({ engines: { llm: second.option } });
  await expect.poll(() => first.disposed.count).toBe(1);
  await agent.sendText('Two?');
  await expect.poll(() => lastAnswer(agent)).toBe('Second.');
  await agent.dispose();
  await expect.poll(() => second.disposed.count).toBe(1);
  expect(first.disposed.count).toBe(1);
});

test('changes that come faster than engines load: each is created once, and the latest serves', async () => {
  const [first, second, third] = [says('First.'), says('Second.'), says('Third.')];
  const agent = createAgent({ llm: first.option, tts: 'none' });
  await agent.load();
  let created = 0;
  const late = async () => {
    created += 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return second.option.create();
  };
  agent.update({ engines: { llm: { kind: 'custom', create: late } } });
  await expect.poll(() => created).toBe(1);
  agent.update({ instructions: 'Be brief.' });
  agent.update({ engines: { llm: third.option } });
  await expect.poll(() => [first.disposed.count, second.disposed.count]).toEqual([1, 1]);
  await agent.sendText('Who?');
  await expect.poll(() => lastAnswer(agent)).toBe('Third.');
  expect([created, third.disposed.count]).toEqual([1, 0]);
});

test('an engine that is given up while it loads serves nobody', async () => {
  const [first, second] = [says('First.'), says('Second.')];
  const agent = createAgent({ llm: first.option, tts: 'none' });
  await agent.load();
  let created = 0;
  const create = async () => {
    created += 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return second.option.create();
  };
  agent.update({ engines: { llm: { kind: 'custom', create } } });
  await expect.poll(() => created).toBe(1);
  agent.update({ engines: { llm: { kind: 'persona', lines: [{ say: 'Nobody.' }] } } });
  await expect.poll(() => [first.disposed.count, second.disposed.count]).toEqual([1, 1]);
  await agent.sendText('Who?');
  await expect.poll(() => lastAnswer(agent)).toBe('Nobody.');
  expect(agent.engines.filter(({ stage }) => stage === 'llm')).toMatchObject([{ name: 'persona' }]);
});

test('what create rejects with is what loading rejects with, and loading again tries again', async () => {
  let calls = 0;
  const error = new VoiceAgentError('model-invalid', 'The model has no name.', {
    details: { modelId: 'mine', reason: 'no name' },
  });
  const create = () => {
    calls += 1;
    if (calls === 1) throw error;
    return createScriptedLlm({ replies: [{ say: 'Here I am.' }] });
  };
  const agent = createAgent({ llm: { kind: 'custom', create }, tts: 'none' });
  await expect(agent.load()).rejects.toMatchObject({ code: 'model-invalid' });
  await agent.load();
  await agent.sendText('Hello?');
  await expect.poll(() => lastAnswer(agent)).toBe('Here I am.');
  expect(calls).toBe(2);
});

test('an engine that fails says so in the conversation, with its own code', async () => {
  const failWith = new VoiceAgentError('llm-incomplete', 'It stopped in the middle.', {
    details: { url: 'none', reason: 'test' },
  });
  const create = () => createScriptedLlm({ replies: [{ say: 'I', failWith }] });
  const agent = createAgent({ llm: { kind: 'custom', create }, tts: 'none' });
  const codes: string[] = [];
  agent.on('error', (event) => void codes.push(event.error.code));
  await agent.load();
  await agent.sendText('Hello?');
  await expect.poll(() => codes).toContain('llm-incomplete');
});
