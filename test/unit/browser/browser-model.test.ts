// The page's end of the browser's own language model, against its interface as specified. Node.
import { expect, test } from 'vitest';
import { BrowserModel } from '../../../src/browser/browser-model.ts';
import { FakePromptApi } from '../../support/fake-prompt-api.ts';

const SYSTEM = { role: 'system', content: 'Be brief.' } as const;
const HELLO = { role: 'user', content: 'Hello.' } as const;
const MORE = { role: 'user', content: 'Go on.' } as const;

const REPLIES = [
  { when: 'hello', say: 'Hi there.' },
  { when: 'go on', say: 'That is all.' },
  { when: 'crash', say: 'Well', failWith: new DOMException('out of memory', 'OperationError') },
];

function createRig(language = 'en') {
  const api = new FakePromptApi(REPLIES);
  const model = new BrowserModel(api, () => language);
  let ids = 0;
  const ask = async (...prompts: Parameters<BrowserModel['prompt']>[1]): Promise<string> => {
    let text = '';
    await model.prompt((ids += 1), prompts, (piece) => (text += piece));
    return text;
  };
  return { api, model, ask };
}

test('a browser without one says so', async () => {
  const { api, model } = createRig('de');
  api.state = 'unavailable';
  const failure = { code: 'unsupported', message: expect.stringContaining('"de"') as string };
  await expect(model.load(undefined, () => undefined)).rejects.toMatchObject(failure);
  const none = new BrowserModel(null, () => 'de');
  await expect(none.load(undefined, () => undefined)).rejects.toMatchObject(failure);
});

test('loading tells how far it is, in the language of the conversation', async () => {
  const { api, model } = createRig('es');
  api.state = 'downloadable';
  const shares: number[] = [];
  await model.load(undefined, (share) => void shares.push(share));
  await model.load(undefined, () => undefined);
  expect(shares).toEqual([0, 0.5, 1]);
  expect(api.created).toMatchObject([{ expectedOutputs: [{ type: 'text', languages: ['es'] }] }]);
});

test('a conversation that goes on is not read again; one that was cut off is', async () => {
  const { api, ask } = createRig();
  expect(await ask(SYSTEM, HELLO)).toBe('Hi there.');
  const answer = { role: 'assistant', content: 'Hi there.' } as const;
  expect(await ask(SYSTEM, HELLO, answer, MORE)).toBe('That is all.');
  expect(api.created).toHaveLength(1);
  await ask(SYSTEM, HELLO, { ...answer, content: 'Hi' }, MORE);
  expect(api.created).toHaveLength(2);
  expect(api.created[1]?.initialPrompts).toHaveLength(3);
  expect(api.open).toBe(1);
});

test('an answer that nobody wants any more ends without an error, and its session with it', async () => {
  const { api, model } = createRig();
  let text = '';
  await model.prompt(1, [HELLO], (piece) => {
    text += piece;
    model.cancelPrompt(1);
  });
  expect(text).toBe('Hi');
  expect(api.open).toBe(0);
});

test('a failure says what to do, and the next answer is another session', async () => {
  const { api, ask } = createRig();
  await expect(ask({ role: 'user', content: 'Crash!' })).rejects.toMatchObject({
    code: 'llm-incomplete',
    retryable: true,
    details: { reason: 'out of memory' },
  });
  expect(api.open).toBe(0);
  expect(await ask(HELLO)).toBe('Hi there.');
});

test('nothing is left open at the end', async () => {
  const { api, model, ask } = createRig();
  await ask(HELLO);
  model.dispose();
  expect(api.open).toBe(0);
});
