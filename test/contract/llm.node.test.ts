// The language model contract on what runs without weights: the scripted fake, and the client of
// OpenAI-compatible servers against a real server of this machine.
import { afterAll } from 'vitest';
import { createOpenAiLlm } from '../../src/engines/openai-llm.ts';
import { createScriptedLlm } from '../../src/testing/scripted-llm.ts';
import type { ScriptedReply } from '../../src/testing/scripted-llm.ts';
import { startOpenAiServer } from '../support/openai-server.ts';
import { describeLlmContract } from './llm.suite.ts';

const REPLIES: readonly ScriptedReply[] = [
  { when: 'capital of France', say: 'The capital of France is Paris.' },
  {
    when: 'weather',
    say: 'One moment.',
    call: { name: 'get_weather', arguments: { city: 'Paris' } },
  },
  { when: 'story', say: 'Once upon a time there was a fox that lived in a wood. '.repeat(20) },
  { say: 'You are welcome.' },
];

describeLlmContract('scripted', {
  create: () => Promise.resolve(createScriptedLlm({ replies: REPLIES })),
  answer: /Paris/u,
  countsPromptTokens: true,
});

const server = await startOpenAiServer(REPLIES);
afterAll(() => server.close());

describeLlmContract('openai', {
  create: () => Promise.resolve(createOpenAiLlm({ baseUrl: server.baseUrl, model: 'script' })),
  answer: /Paris/u,
  countsPromptTokens: true,
});
