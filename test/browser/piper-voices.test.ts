// Piper voices of a site's own catalogue, in the real speak worker: real weights, and small ones with known output.
import { afterEach, expect, test } from 'vitest';
import type { TtsChunk } from '../../src/core/contracts/text-to-speech.ts';
import { resample } from '../../src/core/resampler.ts';
import type { WorkerTts } from '../../src/engines/worker-tts.ts';
import {
  TOY_PIPER_RATE_HZ,
  TOY_PIPER_STEP,
  TOY_PIPER_SYMBOL_SAMPLES,
  toyPairIdOf,
  toyPiperIdOf,
} from '../support/toy-piper.ts';
import { countWordErrors } from '../support/word-error-rate.ts';
import { startListening, startSpeaking } from '../support/worker-engines.ts';

const { signal } = new AbortController();
const started: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.dispose();
});

async function speak(modelId: string) {
  const worker = await startSpeaking(modelId);
  started.push(worker);
  return worker;
}

async function say(engine: WorkerTts, text: string, voice: string | null = null) {
  const chunks: TtsChunk[] = [];
  for await (const chunk of engine.synthesize({ text, voice, speed: 1, signal })) {
    chunks.push(chunk);
  }
  return chunks;
}

/** How loud each symbol is, in steps of the toy, from the first to the last. */
function levelsOf({ pcm }: TtsChunk): number[] {
  const levels: number[] = [];
  for (let at = 256; at < pcm.length; at += TOY_PIPER_SYMBOL_SAMPLES) {
    levels.push(Math.round(Math.abs(pcm[at] ?? 0) / TOY_PIPER_STEP));
  }
  return levels;
}

test('a Piper voice under another name says a sentence that is understood, and times its words', async () => {
  const { engine, progress } = await speak('joe-of-the-site');
  expect(engine.info).toMatchObject({ name: 'piper', modelIds: ['joe-of-the-site'] });
  expect([...progress].toSorted()).toEqual(['english-phonemes', 'joe-of-the-site']);
  const text = 'The quick brown fox jumps over the lazy dog near the river.';
  const chunks = await say(engine, text);
  const words = chunks.flatMap((chunk) => chunk.words ?? []);
  expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(
    text.slice(0, -1).split(' '),
  );
  const listening = await startListening('moonshine-tiny-en');
  started.push(listening);
  const stream = listening.engine.open({ language: 'en', onPartial: () => undefined, signal });
  for (const { pcm, sampleRateHz } of chunks) {
    stream.push(resample(pcm, { fromHz: sampleRateHz, toHz: 16_000 }));
  }
  const heard = await stream.transcribe({ signal });
  stream.close();
  expect(countWordErrors(text, heard.text).errors, heard.text).toBeLessThanOrEqual(1);
});

test('one of several speakers, on ONNX Runtime: each by its name, words timed by the graph', async () => {
  const { engine } = await speak('toy-piper');
  expect(engine.info).toMatchObject({ name: 'piper', backend: 'wasm' });
  expect(engine.voices).toEqual([
    { id: 'toy-piper/12', name: '12', language: 'en-us' },
    { id: 'toy-piper/7', name: '7', language: 'en-us' },
  ]);
  const symbols = Array.from('^haɪ loʊ.$', toyPiperIdOf);
  const times = (from: number, to: number) => ({
    startSample: from * TOY_PIPER_SYMBOL_SAMPLES,
    endSample: to * TOY_PIPER_SYMBOL_SAMPLES,
  });
  for (const [voice, more] of [
    [null, 0],
    ['toy-piper/7', 1],
  ] as const) {
    const [chunk] = await say(engine, 'High, low.', voice);
    expect(chunk!.sampleRateHz).toBe(TOY_PIPER_RATE_HZ);
    expect(levelsOf(chunk!)).toEqual(symbols.map((symbol) => symbol + more));
    expect(chunk!.words).toEqual([
      { start: 0, end: 4, ...times(1, 4) },
      { start: 6, end: 9, ...times(5, 8) },
    ]);
  }
});

test('symbols of several letters are said as one, and end as one', async () => {
  const { engine } = await speak('toy-piper-pairs');
  const [chunk] = await say(engine, 'High, low.');
  const symbols = ['^', 'h', 'aɪ', ' ', 'l', 'oʊ', '.', '$'];
  expect(levelsOf(chunk!)).toEqual(symbols.map(toyPairIdOf));
  const times = (from: number, to: number) => ({
    startSample: from * TOY_PIPER_SYMBOL_SAMPLES,
    endSample: to * TOY_PIPER_SYMBOL_SAMPLES,
  });
  expect(chunk!.words).toEqual([
    { start: 0, end: 4, ...times(1, 3) },
    { start: 6, end: 9, ...times(4, 6) },
  ]);
});

test('a German voice has the phonemes of eSpeak, which is fetched for it alone', async () => {
  const { engine, progress } = await speak('toy-piper-german');
  expect([...progress].toSorted()).toEqual(['espeak-phonemes', 'toy-piper-german']);
  expect(engine.voices[0]?.language).toBe('de');
  // "hˈaloː": stress and length are no symbols of this voice, and of two letters l one is heard.
  const [chunk] = await say(engine, 'Hallo.');
  expect(levelsOf(chunk!)).toEqual(Array.from('^halo.$', toyPiperIdOf));
});

test('a language that there are no phonemes for is refused before the weights are fetched', async () => {
  await expect(startSpeaking('toy-piper-georgian')).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'phonemes: ka' },
  });
  const { engine } = await speak('toy-piper-letters');
  expect(engine.voices[0]?.language).toBe('de');
  const [chunk] = await say(engine, 'Hallo.');
  expect(levelsOf(chunk!)).toEqual(Array.from('^hallo.$', toyPiperIdOf));
});
