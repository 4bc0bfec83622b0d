// What is left of an answer whose graphics processor is lost, with runtimes that are played.
import { expect, test } from 'vitest';
import { createDeferred } from '../../../src/core/deferred.ts';
import type { VoiceAgentError } from '../../../src/core/errors.ts';
import { GpuFirst } from '../../../workers/engines/gpu-first.ts';
import { GpuFirstLlama } from '../../../workers/engines/gpu-first-llama.ts';
import { gpuLost } from '../../../workers/runtimes/gpu-device.ts';
import type {
  LlamaCall,
  LlamaChunk,
  LlamaRequest,
  LlamaRuntime,
} from '../../../workers/runtimes/llama-runtime.ts';

const { signal } = new AbortController();
const REQUEST: LlamaRequest = { messages: [{ role: 'user', content: 'Count.' }], max_tokens: 8 };

const said = (content: string): LlamaChunk => ({ choices: [{ index: 0, delta: { content } }] });
const called = (name: string): LlamaChunk => ({
  choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: name, function: { name } }] } }],
});
const ended = (): LlamaChunk => ({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });

class Played implements LlamaRuntime {
  readonly threads = 1;
  readonly modelId: string;
  readonly backend: 'wasm' | 'webgpu';
  readonly requests: LlamaRequest[] = [];
  readonly calls: LlamaCall[] = [];
  isDisposed = false;
  done = createDeferred();

  constructor(modelId: string, backend: 'wasm' | 'webgpu') {
    this.modelId = modelId;
    this.backend = backend;
  }

  complete(request: LlamaRequest, call: LlamaCall): Promise<void> {
    this.requests.push(request);
    this.calls.push(call);
    return this.done.promise;
  }

  tell(...chunks: readonly LlamaChunk[]): void {
    chunks.forEach((chunk) => this.calls.at(-1)?.onChunk(chunk));
  }

  dispose(): Promise<void> {
    this.isDisposed = true;
    return Promise.resolve();
  }
}

async function createScene() {
  const onGpu = new Played('large', 'webgpu');
  const spare = new Played('small', 'wasm');
  const lost = createDeferred<never>();
  const closed: number[] = [];
  const told: VoiceAgentError[] = [];
  const gpuFirst = await GpuFirst.load<LlamaRuntime>({
    ...{ backend: 'auto', selfTest: null },
    findGpu: async () => ({
      ...{ adapter: 'test', lost: lost.promise, load: async () => onGpu },
      close: () => void closed.push(1),
    }),
    loadElsewhere: async () => spare,
    onFallback: (error) => void told.push(error),
  });
  const chunks: LlamaChunk[] = [];
  const runtime = new GpuFirstLlama(gpuFirst);
  const ask = () =>
    runtime.complete(REQUEST, { signal, onChunk: (chunk) => void chunks.push(chunk) });
  return { runtime, onGpu, spare, lost, closed, told, chunks, ask };
}

test('an answer goes on behind what was told of it', async () => {
  const { runtime, onGpu, spare, lost, closed, told, chunks, ask } = await createScene();
  const answer = ask();
  onGpu.tell(said('One'), said(' two'));
  expect(runtime).toMatchObject({ modelId: 'large', backend: 'webgpu' });
  lost.reject(gpuLost('test', 'crashed'));
  await expect.poll(() => spare.calls.length).toBe(1);
  expect(spare.requests[0]).toEqual({ ...REQUEST, max_tokens: 6, begun: 'One two' });
  onGpu.tell(said(' nine'));
  spare.tell(said(' three'), ended());
  expect(chunks).toEqual([said('One'), said(' two'), said(' three')]);
  spare.done.resolve();
  await answer;
  expect(chunks.at(-1)).toEqual(ended());
  expect(runtime).toMatchObject({ modelId: 'small', backend: 'wasm' });
  expect([onGpu.isDisposed, closed.length, told.map(({ code }) => code)]).toEqual([
    ...[true, 1],
    ['gpu-lost'],
  ]);
  await ask();
  expect(spare.requests[1]).toEqual(REQUEST);
});

test('a call of a tool is told when it is whole, of the runtime that came to its end', async () => {
  const { onGpu, spare, lost, chunks, ask } = await createScene();
  const answer = ask();
  onGpu.tell(called('half'));
  expect(chunks).toEqual([]);
  lost.reject(gpuLost('test', 'crashed'));
  await expect.poll(() => spare.calls.length).toBe(1);
  expect(spare.requests[0]).toEqual(REQUEST);
  spare.tell(called('whole'), ended());
  spare.done.resolve();
  await answer;
  expect(chunks).toEqual([called('whole'), ended()]);
});

test('a run that fails of the device is done again, and one that fails of itself is not', async () => {
  const { onGpu, spare, told, ask } = await createScene();
  onGpu.done.reject(new RangeError('too long'));
  await expect(ask()).rejects.toThrow('too long');
  expect([spare.calls.length, told.length]).toEqual([0, 0]);
  onGpu.done = createDeferred();
  const answer = ask();
  onGpu.done.reject(gpuLost('test', 'no answer'));
  spare.done.resolve();
  await answer;
  expect(told.map(({ code }) => code)).toEqual(['gpu-lost']);
});

test('where nothing takes its place, the loss is what the answer fails of', async () => {
  const lost = createDeferred<never>();
  const onGpu = new Played('large', 'webgpu');
  const gpuFirst = await GpuFirst.load<LlamaRuntime>({
    ...{ backend: 'auto', selfTest: null, onFallback: () => undefined },
    findGpu: async () => ({
      ...{ adapter: 'test', lost: lost.promise, load: async () => onGpu, close: () => undefined },
    }),
    loadElsewhere: (error) => Promise.reject(error ?? new Error('none')),
  });
  const answer = new GpuFirstLlama(gpuFirst).complete(REQUEST, {
    ...{ signal, onChunk: () => undefined },
  });
  lost.reject(gpuLost('test', 'crashed'));
  await expect(answer).rejects.toMatchObject({ code: 'gpu-lost' });
});
