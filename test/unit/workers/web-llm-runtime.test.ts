// How WebLLM is stopped and started again, with an engine that keeps the library's rules: one request at a time, and an
// interrupt that is lost on a request which has not begun to answer.
import { expect, test } from 'vitest';
import type { LlmPart } from '../../../src/core/contracts/language-model.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { RequestLane } from '../../../src/core/request-lane.ts';
import { LlamaEngine } from '../../../workers/engines/llama-engine.ts';
import { withToolCalls } from '../../../workers/runtimes/tool-calls/with-tool-calls.ts';
import { WebLlmRuntime } from '../../../workers/runtimes/web-llm/web-llm-runtime.ts';
import type { MlcChunk, MlcEngine } from '../../../workers/runtimes/web-llm/web-llm-runtime.ts';
import { describeLlmContract } from '../../contract/llm.suite.ts';

const STORY = 'Once upon a time there was a fox that lived in a wood . '.repeat(40);
const ANSWERS: readonly [RegExp, string][] = [
  [/France/u, 'It is Paris .'],
  [/story/u, STORY],
  [/fail/u, 'Half of it'],
  [
    /weather/u,
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
  ],
];

interface MlcRequest {
  readonly messages: readonly { readonly content: string }[];
  readonly max_tokens: number;
  readonly response_format?: { readonly type: string; readonly grammar: string };
}

class PlayedEngine implements MlcEngine {
  readonly requests: MlcRequest[] = [];
  /** Tokens that were computed in all. */
  tokens = 0;
  isUnloaded = false;
  prefilled = createDeferred();
  readonly #lock = new RequestLane({ name: 'played', capacity: 8 });
  #isInterrupted = false;

  readonly chat: MlcEngine['chat'] = {
    completions: {
      create: (request) => {
        this.requests.push(request as MlcRequest);
        return Promise.resolve(this.#answer(request as MlcRequest));
      },
    },
  };

  constructor() {
    this.prefilled.resolve();
  }

  interruptGenerate(): void {
    this.#isInterrupted = true;
  }

  unload(): Promise<void> {
    this.isUnloaded = true;
    return Promise.resolve();
  }

  #mustStop(): boolean {
    return this.#isInterrupted;
  }

  async *#answer({
    messages,
    max_tokens: limit,
    response_format: format,
  }: MlcRequest): AsyncGenerator<MlcChunk> {
    const leave = await this.#lock.enter(new AbortController().signal);
    try {
      // A prompt is read for some time; what came before its end is forgotten.
      await this.prefilled.promise;
      this.#isInterrupted = false;
      const question = messages.at(-1)?.content ?? '';
      // As the library, it writes nothing that its grammar has no place for.
      const mayCall = format === undefined || format.grammar.includes('get_weather');
      const answers = ANSWERS.filter(([, answer]) => mayCall || !answer.startsWith('<'));
      const words = (answers.find(([when]) => when.test(question))?.[1] ?? 'Yes .').split(' ');
      let count = 0;
      for (const word of words.slice(0, limit)) {
        if (this.#mustStop()) break;
        count += 1;
        this.tokens += 1;
        yield toChunk({ content: count === 1 ? word : ` ${word}` });
        if (question.includes('fail') && count === 2) throw new Error('device trouble');
      }
      yield toChunk({}, count < words.length ? 'length' : 'stop');
      yield { choices: [], usage: { prompt_tokens: 7, completion_tokens: count } };
    } finally {
      leave();
    }
  }
}

function toChunk(delta: object, reason: string | null = null): MlcChunk {
  return { choices: [{ index: 0, delta, finish_reason: reason }] };
}

const ask = (content: string, signal = new AbortController().signal) => ({
  messages: [{ role: 'user', content }] as const,
  ...{ maxTokens: 500, temperature: 0, seed: 1, signal },
});

async function collect(parts: AsyncIterable<LlmPart>): Promise<string> {
  let text = '';
  for await (const part of parts) if (part.type === 'text-delta') text += part.text;
  return text;
}

const createEngine = (engine: PlayedEngine): LlamaEngine =>
  new LlamaEngine(withToolCalls(new WebLlmRuntime(engine, 'toy')));

describeLlmContract('WebLLM, its engine played', {
  create: () => Promise.resolve(createEngine(new PlayedEngine())),
  answer: /Paris/u,
  countsPromptTokens: false,
});

test('an abort ends the computing within a token or two, and the next answer is whole', async () => {
  const engine = new PlayedEngine();
  const llm = new LlamaEngine(new WebLlmRuntime(engine, 'toy'));
  const controller = new AbortController();
  const reason = new Error('cut off');
  const heard = async (): Promise<void> => {
    for await (const part of llm.generate(ask('a story', controller.signal))) {
      if (part.type === 'text-delta' && engine.tokens >= 3) controller.abort(reason);
    }
  };
  await expect(heard()).rejects.toBe(reason);
  expect(await collect(llm.generate(ask('France')))).toBe('It is Paris .');
  expect(engine.tokens).toBeLessThan(3 + 3 + 4);
});

test('an abort while the prompt is read, which the library forgets, is said again', async () => {
  const engine = new PlayedEngine();
  engine.prefilled = createDeferred();
  const llm = new LlamaEngine(new WebLlmRuntime(engine, 'toy'));
  const controller = new AbortController();
  const reason = new Error('cut off');
  const cut = collect(llm.generate(ask('a story', controller.signal)));
  await expect.poll(() => engine.requests.length).toBe(1);
  controller.abort(reason);
  await expect(cut).rejects.toBe(reason);
  engine.prefilled.resolve();
  expect(await collect(llm.generate(ask('France')))).toBe('It is Paris .');
  expect(engine.tokens).toBeLessThan(3 + 4);
});

test('a request that failed leaves nothing behind', async () => {
  const engine = new PlayedEngine();
  const llm = new LlamaEngine(new WebLlmRuntime(engine, 'toy'));
  await expect(collect(llm.generate(ask('fail')))).rejects.toMatchObject({
    code: 'gpu-lost',
    message: expect.stringContaining('device trouble') as string,
  });
  expect(await collect(llm.generate(ask('France')))).toBe('It is Paris .');
});

test('with tools the answer has a grammar, in the words of the library', async () => {
  const engine = new PlayedEngine();
  const llm = createEngine(engine);
  const tools = [{ name: 'get_weather', description: '', parameters: { type: 'object' } }];
  await collect(llm.generate({ ...ask('the weather'), tools }));
  await collect(llm.generate(ask('France')));
  const [first, second] = engine.requests;
  expect(first!.response_format).toMatchObject({
    type: 'grammar',
    grammar: expect.stringMatching(/^root ::= .*"<tool_call>/u) as string,
  });
  expect(second).not.toHaveProperty('response_format');
});

test('messages are not read ahead: the library would answer them', async () => {
  const engine = new PlayedEngine();
  const llm = new LlamaEngine(new WebLlmRuntime(engine, 'toy'));
  const { signal } = new AbortController();
  await llm.prefill({ messages: [{ role: 'user', content: 'France' }], signal });
  expect(engine.requests).toEqual([]);
  await llm.dispose();
  expect(engine.isUnloaded).toBe(true);
});
