// How requests share one llama.cpp runtime, with a runtime that is played.
import { describe, expect, test } from 'vitest';
import type { LlmPart, LlmRequest } from '../../../src/core/contracts/language-model.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { LlamaEngine } from '../../../workers/engines/llama-engine.ts';
import type { LlamaRequest, LlamaRuntime } from '../../../workers/runtimes/llama-runtime.ts';

type Chunk = Parameters<Parameters<LlamaRuntime['complete']>[1]['onChunk']>[0];

interface Call {
  readonly request: LlamaRequest;
  readonly signal: AbortSignal;
  readonly mayGoOn: () => Promise<void>;
  say(text: string): void;
  finish(delta?: object, reason?: string): void;
  /** What a runtime does some time after the abort. */
  stop(): void;
}

const toChunk = (delta: object, reason: string | null = null): Chunk => ({
  choices: [{ index: 0, delta, finish_reason: reason }],
  ...(reason === null ? {} : { timings: { prompt_n: 5, predicted_n: 2 } }),
});

function createScene() {
  const calls: Call[] = [];
  const exits: number[] = [];
  const runtime: LlamaRuntime = {
    modelId: 'tiny',
    threads: 1,
    complete(request, { signal, onChunk, mayGoOn = () => Promise.resolve() }) {
      const done = createDeferred();
      calls.push({
        request,
        signal,
        mayGoOn,
        say: (text) => onChunk(toChunk({ content: text })),
        finish: (delta = {}, reason = 'stop') => {
          onChunk(toChunk(delta, reason));
          done.resolve();
        },
        stop: () => done.reject(signal.reason),
      });
      return done.promise;
    },
    dispose: async () => void exits.push(1),
  };
  const clock = new ManualClock();
  return { engine: new LlamaEngine(runtime, clock), calls, exits, clock };
}

function toRequest(overrides: Partial<LlmRequest> = {}): LlmRequest {
  const messages = [{ role: 'user', content: 'Hi' }] as const;
  const { signal } = new AbortController();
  return { messages, maxTokens: 8, temperature: 0, seed: 3, signal, ...overrides };
}

async function collect(parts: AsyncIterable<LlmPart>): Promise<LlmPart[]> {
  const all: LlmPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

test('a request becomes a completion, its chunks become parts', async () => {
  const { engine, calls } = createScene();
  const answer = collect(engine.generate(toRequest()));
  await nextMacrotask();
  calls[0]!.say('Hel');
  calls[0]!.say('lo');
  calls[0]!.finish();
  expect(calls[0]!.request).toEqual({
    messages: [{ role: 'user', content: 'Hi' }],
    max_tokens: 8,
    temperature: 0,
    seed: 3,
  });
  expect(await answer).toEqual([
    { type: 'text-delta', text: 'Hel' },
    { type: 'text-delta', text: 'lo' },
    { type: 'finish', reason: 'stop', promptTokens: 5, completionTokens: 2 },
  ]);
});

test('an answer of nine tokens or more says how long they took, without the rests between them', async () => {
  const { engine, calls, clock } = createScene();
  const finishOf = async (tokens: number, restMs: number) => {
    const answer = collect(engine.generate(toRequest({ maxTokens: 20 })));
    await nextMacrotask();
    await clock.advance(500);
    const call = calls.at(-1)!;
    call.say('a');
    if (restMs > 0) {
      engine.rest(restMs);
      const going = call.mayGoOn();
      await clock.advance(restMs);
      await going;
    }
    for (let token = 1; token < tokens; token += 1) {
      await clock.advance(40);
      call.say('a');
    }
    call.finish();
    return (await answer).at(-1);
  };
  expect(await finishOf(9, 0)).toMatchObject({ type: 'finish', decodeMs: 320 });
  expect(await finishOf(11, 250)).toMatchObject({ type: 'finish', decodeMs: 400 });
  expect(await finishOf(8, 0)).not.toHaveProperty('decodeMs');
});

test('the next request starts only when the aborted one has stopped computing', async () => {
  const { engine, calls } = createScene();
  const controller = new AbortController();
  const reason = new Error('enough');
  const first = collect(engine.generate(toRequest({ signal: controller.signal })));
  await nextMacrotask();
  controller.abort(reason);
  await expect(first).rejects.toBe(reason);
  const second = collect(engine.generate(toRequest()));
  await nextMacrotask();
  expect(calls).toHaveLength(1);
  expect(calls[0]!.signal.aborted).toBe(true);
  calls[0]!.stop();
  await nextMacrotask();
  calls[1]!.finish();
  expect(await second).toHaveLength(1);
});

test('leaving the loop stops the computing', async () => {
  const { engine, calls } = createScene();
  const reading = (async () => {
    for await (const part of engine.generate(toRequest())) if (part.type === 'text-delta') break;
  })();
  await nextMacrotask();
  calls[0]!.say('Hel');
  await reading;
  expect(calls[0]!.signal.aborted).toBe(true);
});

describe('at rest', () => {
  async function startResting() {
    const scene = createScene();
    const controller = new AbortController();
    const answer = collect(scene.engine.generate(toRequest({ signal: controller.signal })));
    answer.catch(() => undefined);
    await nextMacrotask();
    scene.engine.rest(1_000);
    let outcome = 'waits';
    scene.calls[0]!.mayGoOn().then(
      () => (outcome = 'goes on'),
      (reason: unknown) => (outcome = String(reason)),
    );
    await nextMacrotask();
    expect(outcome).toBe('waits');
    return { ...scene, controller, getOutcome: () => nextMacrotask().then(() => outcome) };
  }

  test('tokens wait until it is woken', async () => {
    const { engine, getOutcome } = await startResting();
    engine.wake();
    expect(await getOutcome()).toBe('goes on');
  });

  test('tokens wait no longer than they were told to', async () => {
    const { clock, getOutcome } = await startResting();
    await clock.advance(999);
    expect(await getOutcome()).toBe('waits');
    await clock.advance(1);
    expect(await getOutcome()).toBe('goes on');
  });

  test('the next request does not wait', async () => {
    const { engine, calls, controller, getOutcome } = await startResting();
    controller.abort(new Error('enough'));
    expect(await getOutcome()).toBe('Error: enough');
    calls[0]!.stop();
    void collect(engine.generate(toRequest())).catch(() => undefined);
    await nextMacrotask();
    await expect(calls[1]!.mayGoOn()).resolves.toBeUndefined();
  });
});

describe('a prefill', () => {
  test('resolves when it is done', async () => {
    const { engine, calls } = createScene();
    const prefill = engine.prefill(toRequest());
    await nextMacrotask();
    expect(calls[0]!.request.max_tokens).toBe(1);
    calls[0]!.finish();
    await expect(prefill).resolves.toBeUndefined();
  });

  test.each(['generate', 'prefill'] as const)('gives way to a newer %s', async (kind) => {
    const { engine, calls } = createScene();
    const prefill = engine.prefill(toRequest());
    await nextMacrotask();
    const next =
      kind === 'generate' ? collect(engine.generate(toRequest())) : engine.prefill(toRequest());
    await nextMacrotask();
    expect(calls[0]!.signal.aborted).toBe(true);
    await expect(prefill).resolves.toBeUndefined();
    calls[0]!.stop();
    await nextMacrotask();
    calls[1]!.finish();
    await next;
  });

  test('does not disturb an answer', async () => {
    const { engine, calls } = createScene();
    const answer = collect(engine.generate(toRequest()));
    await nextMacrotask();
    const prefill = engine.prefill(toRequest());
    await nextMacrotask();
    expect(calls).toHaveLength(1);
    calls[0]!.finish();
    await answer;
    await nextMacrotask();
    calls[1]!.finish();
    await prefill;
  });
});

describe('whether words are a whole sentence', () => {
  function createTelling() {
    const { engine: silent, calls } = createScene();
    const asked: { readonly signal: AbortSignal; readonly tell: (end: number) => void }[] = [];
    const runtime: LlamaRuntime = {
      ...{ modelId: 'tiny', threads: 1 },
      complete: async (_request, { onChunk }) => {
        asked.push({ signal, tell: () => undefined });
        onChunk(toChunk({}, 'stop'));
      },
      predictEnd: (_request, own) =>
        new Promise((resolve) => asked.push({ signal: own, tell: resolve })),
      dispose: async () => undefined,
    };
    return { engine: new LlamaEngine(runtime), asked, silent, calls };
  }
  const { signal } = new AbortController();

  test('is told, and an answer waits for that: it needs what is evaluated', async () => {
    const { engine, asked } = createTelling();
    const end = engine.predictEnd(toRequest());
    const answer = collect(engine.generate(toRequest()));
    await nextMacrotask();
    expect(asked).toHaveLength(1);
    expect(asked[0]!.signal.aborted).toBe(false);
    asked[0]!.tell(0.7);
    expect(await end).toBe(0.7);
    expect(await answer).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  test('is let go of where it is wanted no longer', async () => {
    const { engine, asked } = createTelling();
    const controller = new AbortController();
    const reason = new Error('enough');
    const end = engine.predictEnd(toRequest({ signal: controller.signal }));
    await nextMacrotask();
    controller.abort(reason);
    await expect(end).rejects.toBe(reason);
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  test('is not known to a runtime without probabilities, which reads the words all the same', async () => {
    const { silent, calls } = createTelling();
    const end = silent.predictEnd(toRequest());
    await nextMacrotask();
    expect(calls[0]!.request.max_tokens).toBe(1);
    calls[0]!.finish();
    expect(await end).toBeNull();
  });
});

describe('tools', () => {
  const tools = [{ name: 'now', description: 'The time.', parameters: { type: 'object' } }];

  test('are passed on, and their calls come back whole', async () => {
    const { engine, calls } = createScene();
    const answer = collect(engine.generate(toRequest({ tools })));
    await nextMacrotask();
    const call = { index: 0, id: 'a', function: { name: 'now', arguments: '{}' } };
    calls[0]!.finish({ tool_calls: [call] }, 'tool_calls');
    expect(calls[0]!.request.tools).toEqual([{ type: 'function', function: tools[0] }]);
    expect(await answer).toMatchObject([
      { type: 'tool-call', call: { id: 'a', name: 'now', argumentsJson: '{}' } },
      { type: 'finish', reason: 'tool-calls' },
    ]);
  });
});

test('disposal ends what runs and what waits, once', async () => {
  const { engine, exits } = createScene();
  const prefill = engine.prefill(toRequest());
  const answers = [engine.generate(toRequest()), engine.generate(toRequest())].map(collect);
  await nextMacrotask();
  const outcomes = Promise.allSettled([...answers, engine.prefill(toRequest())]);
  await engine.dispose();
  await engine.dispose();
  expect(exits).toHaveLength(1);
  await prefill;
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'disposed' } });
  }
  await expect(collect(engine.generate(toRequest()))).rejects.toMatchObject({ code: 'disposed' });
});
