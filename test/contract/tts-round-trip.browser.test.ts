import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import { toRms } from '../../src/core/pcm.ts';
import { resample } from '../../src/core/resampler.ts';
import { createEspeakPhonemiser } from '../../workers/engines/espeak-phonemes.ts';
import { splitKokoroGraph, tuneKokoroGraph } from '../../workers/engines/kokoro-graph.ts';
import type { KokoroGraph } from '../../workers/engines/kokoro-graph.ts';
import { createKokoroTts } from '../../workers/engines/kokoro-tts.ts';
import { KokoroStyles } from '../../workers/engines/kokoro-voices.ts';
import { createMoonshineStt } from '../../workers/engines/moonshine-stt.ts';
import { createPiperTts } from '../../workers/engines/piper-tts.ts';
import { SymbolTable } from '../../workers/engines/symbol-table.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';
import { countWordErrors } from '../support/word-error-rate.ts';
import { joinChunks, say } from './tts.suite.ts';

const { signal } = new AbortController();
const phonemise = createEspeakPhonemiser();
const SENTENCES = [
  'The quick brown fox jumps over the lazy dog near the river.',
  'Please remind me to water the plants every Tuesday morning, and to call my sister.',
  'Your appointment is at half past three in the afternoon. Shall I book it now?',
];

const createKokoro = (): Promise<TtsEngine> =>
  createKokoroTts({ files, phonemise, signal, threads: 2 });

const createPiper = (): Promise<TtsEngine> =>
  createPiperTts({
    ...{ files, phonemise, signal, threads: 2 },
    modelId: 'piper-en-us-joe',
    fileName: 'en_US-joe-medium.onnx',
  });

/** Kokoro takes more than a second of compute per second of speech on a busy machine. */
const LIMIT_MS = 400_000;

/** The similarity of two signals, 1 for equal ones. */
function correlate(a: Float32Array, b: Float32Array): number {
  const length = Math.min(a.length, b.length);
  const product = (left: Float32Array, right: Float32Array): number =>
    left.subarray(0, length).reduce((sum, sample, i) => sum + sample * right[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe('what a voice says is understood', () => {
  let listener: SttEngine;
  beforeAll(async () => {
    listener = await createMoonshineStt({ files, threads: 2, signal });
  });
  afterAll(() => listener.dispose());

  async function understand(engine: TtsEngine, text: string, voice: string | null = null) {
    const chunks = await say(engine, text, { voice });
    const fromHz = chunks[0]!.sampleRateHz;
    const stream = listener.open({ language: 'en', onPartial: () => undefined, signal });
    stream.push(resample(joinChunks(chunks), { fromHz, toHz: 16_000 }));
    const heard = await stream.transcribe({ signal });
    stream.close();
    return heard.text;
  }

  async function expectUnderstood(engine: TtsEngine): Promise<void> {
    const heard: string[] = [];
    for (const sentence of SENTENCES) heard.push(await understand(engine, sentence));
    const { errors, words } = countWordErrors(SENTENCES.join(' '), heard.join(' '));
    expect(errors / words, heard.join(' | ')).toBeLessThanOrEqual(0.1);
  }

  test('piper', { timeout: LIMIT_MS }, async () => {
    const engine = await createPiper();
    await expectUnderstood(engine);
    await engine.dispose();
  });

  test('kokoro, American and British', { timeout: LIMIT_MS }, async () => {
    const engine = await createKokoro();
    await expectUnderstood(engine);
    const text = 'I would rather have a cup of tea in the garden, if you do not mind.';
    const heard = await understand(engine, text, 'bf_emma');
    await engine.dispose();
    const { errors, words } = countWordErrors(text, heard);
    expect(errors / words, heard).toBeLessThanOrEqual(0.2);
  });
});

describe('the rewritten graph of kokoro', () => {
  /** 50 ms. */
  const MOST_LAG = 1200;
  const SYMBOLS = 'ʃˈʊɹ, I kæn hˈɛlp ju.';

  async function run(graph: KokoroGraph): Promise<Record<'audio' | 'durations', Float32Array>> {
    const vocabulary = await files.read('kokoro-82m', 'vocab.json', { signal });
    const { vocab } = JSON.parse(new TextDecoder().decode(vocabulary)) as {
      vocab: Record<string, number>;
    };
    const ids = new SymbolTable(vocab).encode(SYMBOLS);
    const style = await new KokoroStyles(files).read('af_heart', ids.length, { signal });
    const session = await createOnnxSession(graph.bytes, { modelId: 'kokoro-82m', threads: 2 });
    const outputs = await session.run({
      tokens: new Tensor('int64', BigInt64Array.from([0, ...ids, 0], BigInt), [1, ids.length + 2]),
      style: new Tensor('float32', style, [1, style.length]),
      speed: new Tensor('float32', [1], [1]),
    });
    await session.release();
    const read = (name: string | null): Float32Array =>
      name === null ? new Float32Array(0) : (outputs[name]!.data as Float32Array);
    return { audio: read(session.outputNames[0]!), durations: read(graph.durationsName) };
  }

  test('says what the shipped one says, and how long', { timeout: LIMIT_MS }, async () => {
    const bytes = await files.read('kokoro-82m', 'kokoro-v1.0.int8.onnx', { signal });
    const { audio, durations } = await run(tuneKokoroGraph(bytes));
    const shipped = await run({ bytes, durationsName: null });
    expect(audio.length).toBe(shipped.audio.length);
    // Only biases are rounded otherwise; the vocoder's phases drift apart a little from there.
    expect(correlate(audio, shipped.audio)).toBeGreaterThan(0.95);
    expect(durations.length).toBe(SYMBOLS.length + 2);
    expect(durations.reduce((sum, frames) => sum + frames, 0) * 600).toBe(audio.length);
  });

  test('and so does the generator on kernels of our own', { timeout: LIMIT_MS }, async () => {
    const shipped = await createKokoroTts({
      files,
      phonemise,
      signal,
      threads: 2,
      graph: 'shipped',
    });
    const split = await createKokoro();
    const text = 'Sure, I can help you.';
    const [theirs, ours] = [
      joinChunks(await say(shipped, text)),
      joinChunks(await say(split, text)),
    ];
    await shipped.dispose();
    await split.dispose();
    // Silence is trimmed by level, so one may begin or end some milliseconds earlier.
    expect(Math.abs(ours.length - theirs.length)).toBeLessThan(MOST_LAG);
    const lags = Array.from({ length: 2 * MOST_LAG }, (_, lag) => lag - MOST_LAG);
    const alike = lags.map((lag) =>
      lag < 0 ? correlate(ours.subarray(-lag), theirs) : correlate(ours, theirs.subarray(lag)),
    );
    // Theirs rounds signals to 8 bits, ours leaves silence out: 0.93 here, 0.98 and more in longer sentences.
    expect(Math.max(...alike)).toBeGreaterThan(0.9);
    // Within 1 dB.
    const levelDb = 20 * Math.log10(toRms(ours) / toRms(theirs));
    expect(Math.abs(levelDb)).toBeLessThan(1);
  });

  test('a file that is no model is left to the runtime to refuse', () => {
    const bytes = new TextEncoder().encode('<!doctype html>').buffer;
    expect(tuneKokoroGraph(bytes)).toEqual({ bytes, durationsName: null });
    expect(splitKokoroGraph(bytes)).toBeNull();
  });
});
