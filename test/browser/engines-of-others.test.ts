// Engines of other libraries in the real workers, with models made here whose output is known.
import { afterEach, expect, test } from 'vitest';
import type { PartialTranscript } from '../../src/core/contracts/speech-to-text.ts';
import type { WorkerStt } from '../../src/engines/worker-stt.ts';
import { TOY_SOUND_SAMPLES, TOY_STEP, TOY_VOICE_RATE_HZ } from '../support/toy-voice.ts';
import { concatenate, cut, silence } from '../support/recordings.ts';
import { toTones, wordsOf } from '../support/toy-whisper.ts';
import { startListening, startSpeaking, startThinking } from '../support/worker-engines.ts';

const { signal } = new AbortController();
const started: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.dispose();
});

async function listen(modelId: string): Promise<WorkerStt> {
  const worker = await startListening(modelId);
  started.push(worker);
  expect([...worker.progress]).toEqual([modelId]);
  return worker.engine;
}

/** What is heard of audio that comes in small pieces, faster than it is spoken. */
async function hear(
  engine: WorkerStt,
  pcm: Float32Array,
): Promise<{ text: string; partials: PartialTranscript[] }> {
  const partials: PartialTranscript[] = [];
  const onPartial = (partial: PartialTranscript): void => void partials.push(partial);
  const stream = engine.open({ language: 'en', onPartial, signal });
  for (const chunk of cut(pcm, 320)) {
    stream.push(chunk);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  const { text } = await stream.transcribe({ signal });
  stream.close();
  return { text, partials };
}

test('Whisper, in the listen worker: words while they are spoken, and all of them at the end', async () => {
  const engine = await listen('toy-whisper');
  expect(engine.info).toMatchObject({ name: 'whisper', backend: 'wasm' });
  const { text, partials } = await hear(engine, toTones([0, 1, 1, 0, 0, 1]));
  expect(text).toBe(wordsOf([0, 1, 1, 0, 0, 1]));
  expect(partials.length).toBeGreaterThan(1);
  expect(text.startsWith(partials[0]?.stableText ?? '?')).toBe(true);
});

test('sherpa-onnx, in the listen worker: a streaming transducer says each word as it comes', async () => {
  const engine = await listen('toy-transducer');
  expect(engine.info).toMatchObject({ name: 'sherpa-onnx', backend: 'wasm', threads: 1 });
  const { text, partials } = await hear(engine, toTones([0, 1, 0]));
  expect(text).toBe('low high low');
  expect(partials.map((partial) => partial.text)).toEqual(['low', 'low high', 'low high low']);
});

test('sherpa-onnx begins anew at an endpoint, and the text before it stays', async () => {
  const engine = await listen('toy-transducer');
  const pcm = concatenate(toTones([0]), silence(2_000), toTones([1]));
  const { text, partials } = await hear(engine, pcm);
  expect(text).toBe('low high');
  expect(partials.map((partial) => partial.text)).toEqual(['low', 'low high']);
});

test('sherpa-onnx keeps two streams apart, goes on after a final, and forgets a closed one', async () => {
  const engine = await listen('toy-transducer');
  const open = () => engine.open({ language: 'en', onPartial: () => undefined, signal });
  const [one, two] = [open(), open()];
  one.push(toTones([0]));
  two.push(toTones([1]));
  expect((await one.transcribe({ signal })).text).toBe('low');
  expect((await two.transcribe({ signal })).text).toBe('high');
  one.push(toTones([1]));
  const final = await one.transcribe({ signal });
  expect(final).toMatchObject({ text: 'low high', isFinal: true, isTimedOut: false });
  expect(await one.transcribe({ signal })).toEqual(final);
  two.close();
  await expect(two.transcribe({ signal })).rejects.toMatchObject({ name: 'AbortError' });
  const quiet = open();
  quiet.push(silence(1_000));
  expect((await quiet.transcribe({ signal })).text).toBe('');
});

test('sherpa-onnx hears a whole piece at a time with a CTC model, again and again while it grows', async () => {
  const engine = await listen('toy-ctc');
  expect(engine.info).toMatchObject({ name: 'sherpa-onnx', backend: 'wasm', threads: 1 });
  const { text, partials } = await hear(engine, toTones([0, 1, 0]));
  expect(text).toBe('low high low');
  expect(partials.length).toBeGreaterThan(1);
  const quiet = engine.open({ language: 'en', onPartial: () => undefined, signal });
  quiet.push(silence(1_000));
  expect((await quiet.transcribe({ signal })).text).toBe('');
  const short = engine.open({ language: 'en', onPartial: () => undefined, signal });
  short.push(toTones([1]).subarray(0, 160));
  expect((await short.transcribe({ signal })).text).toBe('high');
});

test('a CTC model of no known kind is refused, and the error says what it calls itself', async () => {
  await expect(startListening('toy-unknown-ctc')).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('of_no_kind') as string,
  });
});

test('sherpa-onnx, in the speak worker: each word as its lexicon has it', async () => {
  const worker = await startSpeaking('toy-voice');
  started.push(worker);
  expect(worker.engine.info).toMatchObject({ name: 'sherpa-onnx', stage: 'tts', backend: 'wasm' });
  expect(worker.engine.voices.map(({ id }) => id)).toEqual(['toy-voice/0', 'toy-voice/1']);
  const request = { text: 'High, unknown, low.', voice: 'toy-voice/1', speed: 1, signal };
  const heard: number[] = [];
  for await (const { pcm, sampleRateHz, words } of worker.engine.synthesize(request)) {
    expect({ sampleRateHz, words }).toEqual({ sampleRateHz: TOY_VOICE_RATE_HZ, words: null });
    for (let at = TOY_SOUND_SAMPLES / 2; at < pcm.length; at += TOY_SOUND_SAMPLES) {
      heard.push(Math.round(Math.abs(pcm[at] ?? 0) / TOY_STEP) - 1);
    }
  }
  expect(heard).toEqual([3, 4, 0, 1, 2, 0, 5, 0]);
});

test('transformers.js, in the think worker: an answer, and an abort between two tokens', async () => {
  const worker = await startThinking('toy-text');
  started.push(worker);
  const ask = (content: string, abort = new AbortController()) =>
    worker.engine.generate({
      messages: [{ role: 'user', content }],
      ...{ maxTokens: 900, temperature: 0, seed: 1, signal: abort.signal },
    });
  const controller = new AbortController();
  const reason = new Error('cut off');
  const heard: string[] = [];
  const listenOn = async (): Promise<void> => {
    for await (const part of ask('story', controller)) {
      if (part.type === 'text-delta') heard.push(part.text);
      if (heard.length === 3) controller.abort(reason);
    }
  };
  await expect(listenOn()).rejects.toBe(reason);
  expect(heard.join('').trim()).toBe('Once upon a');
  let text = '';
  for await (const part of ask('France')) if (part.type === 'text-delta') text += part.text;
  expect(text.trim()).toBe('It is Paris');
});

test('WebLLM, in the think worker: without WebGPU it says so', async () => {
  await expect(startThinking('toy-compiled')).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'WebGPU' },
  });
});

test('a model for another task, and one of no known kind, are refused by name', async () => {
  await expect(startListening('toy-text')).rejects.toMatchObject({
    code: 'model-invalid',
    details: { modelId: 'toy-text' },
  });
  await expect(startSpeaking('toy-text')).rejects.toMatchObject({ code: 'model-invalid' });
  await expect(startThinking('toy-whisper')).rejects.toMatchObject({ code: 'model-invalid' });
});
