// The language model contract on what runs without weights: the scripted fake, the scripted persona, the browser's
// own model as its interface has it, and the clients of OpenAI-compatible and of flow servers against real servers of this machine.
import { afterAll } from 'vitest';
import { BrowserModel } from '../../src/browser/browser-model.ts';
import { createBrowserLlm } from '../../src/engines/browser-llm.ts';
import { createFlowLlm } from '../../src/engines/flow-llm.ts';
import { createOpenAiLlm } from '../../src/engines/openai-llm.ts';
import { createPersonaLlm } from '../../src/engines/persona-llm.ts';
import { createScriptedLlm } from '../../src/testing/scripted-llm.ts';
import type { ScriptedReply } from '../../src/testing/scripted-llm.ts';
import { FakePromptApi } from '../support/fake-prompt-api.ts';
import { startFlowServer } from '../support/flow-server.ts';
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

const flows = await startFlowServer(REPLIES);
afterAll(() => flows.close());

describeLlmContract('flow', {
  create: () =>
    Promise.resolve(createFlowLlm({ baseUrl: flows.baseUrl, flowId: 'script', sessionId: 'test' })),
  answer: /Paris/u,
  countsPromptTokens: false,
});

describeLlmContract('browser', {
  create: async () => createBrowserLlm(new BrowserModel(new FakePromptApi(REPLIES), () => 'en')),
  answer: /Paris/u,
  countsPromptTokens: false,
});

describeLlmContract('persona', {
  create: () =>
    Promise.resolve(
      createPersonaLlm([
        { when: 'capital of France', say: 'The capital of France is Paris.' },
        {
          when: 'story',
          say: 'Once upon a time there was a fox that lived in a wood. '.repeat(20),
        },
      ]),
    ),
  answer: /Paris/u,
  countsPromptTokens: false,
});
