import { expect, test } from 'vitest';
import type { TtsChunk } from '../../../src/core/contracts/text-to-speech.ts';
import { concatenate } from '../../../src/core/pcm.ts';
import { resample } from '../../../src/core/resampler.ts';
import { toRate } from '../../../src/core/tts-rate.ts';

const SPAN = { start: 0, end: 4 };

function chirp(samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin(i * i * 0.00001));
}

function toChunk(pcm: Float32Array, overrides: Partial<TtsChunk> = {}): TtsChunk {
  return { pcm, sampleRateHz: 22_050, span: SPAN, words: null, ...overrides };
}

async function collect(chunks: readonly TtsChunk[], rateHz: number): Promise<TtsChunk[]> {
  const all: TtsChunk[] = [];
  for await (const chunk of toRate(source(chunks), rateHz)) all.push(chunk);
  return all;
}

async function* source(chunks: readonly TtsChunk[]): AsyncGenerator<TtsChunk> {
  yield* chunks;
}

test('chunks at the right rate pass as they are', async () => {
  const chunk = toChunk(chirp(100));
  const [same] = await collect([chunk], 22_050);
  expect(same).toBe(chunk);
});

test('each chunk is filtered alone, its words moved along', async () => {
  const pcm = chirp(4410);
  const word = { start: 0, end: 4, startSample: 441, endSample: 4410 };
  const chunks = await collect([toChunk(pcm, { words: [word] }), toChunk(pcm)], 48_000);
  const whole = resample(pcm, { fromHz: 22_050, toHz: 48_000 });
  expect(chunks.map((chunk) => chunk.pcm)).toEqual([whole, whole]);
  expect(chunks[0]).toMatchObject({
    sampleRateHz: 48_000,
    words: [{ ...word, startSample: 960, endSample: 9_600 }],
  });
});

test('chunks that go on in one another come out without a seam', async () => {
  const pcm = chirp(9000);
  const parts = [
    toChunk(pcm.subarray(0, 2500), { isContinued: true }),
    toChunk(pcm.subarray(2500, 2510), { isContinued: true }),
    toChunk(pcm.subarray(2510)),
  ];
  const next = chirp(500);
  const chunks = await collect([...parts, toChunk(next)], 48_000);
  const options = { fromHz: 22_050, toHz: 48_000 };
  expect(concatenate(chunks.slice(0, 3).map((chunk) => chunk.pcm))).toEqual(resample(pcm, options));
  expect(chunks[3]!.pcm).toEqual(resample(next, options));
});
