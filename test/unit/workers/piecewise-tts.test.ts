import { expect, test } from 'vitest';
import type { TtsChunk, TtsVoice } from '../../../src/core/contracts/text-to-speech.ts';
import { PiecewiseTts, warmUp } from '../../../workers/engines/piecewise-tts.ts';
import type { VoiceModel } from '../../../workers/engines/piecewise-tts.ts';
import { runTtsSuite, say } from '../../contract/tts.suite.ts';

const VOICE: TtsVoice = { id: 'tone', name: 'Tone', language: 'en-US' };

interface ToneModel extends VoiceModel {
  readonly spoken: { symbols: string; speed: number }[];
  disposals: number;
}

/** Letters are symbols; each takes 60 ms of a tone with 200 ms of silence around. */
function createToneModel(speak?: () => Float32Array): ToneModel {
  const model: ToneModel = {
    info: { name: 'tone', stage: 'tts', modelIds: [], backend: 'js', threads: 1 },
    voices: [VOICE],
    defaultVoice: VOICE,
    sampleRateHz: 8000,
    limits: { minimum: 6, preferred: 60, maximum: 80 },
    spoken: [],
    disposals: 0,
    toSymbols: async ({ words, mark }) => words.replaceAll(/[^a-z ]/giu, '').trim() + mark,
    async speak(symbols, { speed }) {
      model.spoken.push({ symbols, speed });
      if (speak !== undefined) return { pcm: speak(), symbolEnds: null };
      const samples = Math.round(480 / speed);
      const speech = symbols.length * samples;
      const pcm = Float32Array.from({ length: speech + 3200 }, (_, i) => {
        if (i < 1600 || i >= 1600 + speech) return 0;
        return i % 8 < 4 ? 0.3 : -0.3;
      });
      const symbolEnds = Array.from({ length: symbols.length + 1 }, (_, i) => 1600 + i * samples);
      return { pcm, symbolEnds };
    },
    async dispose() {
      model.disposals += 1;
    },
  };
  return model;
}

runTtsSuite({
  name: 'piecewise over a tone',
  create: async () => new PiecewiseTts(createToneModel()),
});

test('a chunk after the first opens with the pause of the mark before it', async () => {
  const engine = new PiecewiseTts(createToneModel());
  const [first, second] = await say(engine, 'Go there now! And return.', { speed: 2 });
  expect(first!.pcm.length).toBe(13 * 240 + 160);
  expect(second!.pcm.length).toBe(8000 * 0.15 + 11 * 240 + 160);
  expect(second!.pcm.subarray(0, 1200).every((sample) => sample === 0)).toBe(true);
});

test('words are timed within the chunk, pause and trimming counted', async () => {
  const engine = new PiecewiseTts(createToneModel());
  const [first, second] = await say(engine, 'Go there now! And return.');
  const shown = (chunk: TtsChunk) =>
    chunk.words!.map(({ start, end, startSample, endSample }) => [
      ...[start, end, startSample, endSample],
    ]);
  // 480 samples a symbol, after the 80 that are kept of the silence in front.
  expect(shown(first!)).toEqual([
    [0, 2, 80, 80 + 2 * 480],
    [3, 8, 80 + 3 * 480, 80 + 8 * 480],
    [9, 12, 80 + 9 * 480, 80 + 12 * 480],
  ]);
  expect(shown(second!)).toEqual([
    [14, 17, 2400 + 80, 2400 + 80 + 3 * 480],
    [18, 24, 2400 + 80 + 4 * 480, 2400 + 80 + 10 * 480],
  ]);
});

test('nothing is synthesised before it is asked for', async () => {
  const model = createToneModel();
  const { signal } = new AbortController();
  const request = { text: 'Go there now! And return.', voice: null, speed: 1, signal };
  const stream = new PiecewiseTts(model).synthesize(request)[Symbol.asyncIterator]();
  expect(model.spoken).toEqual([]);
  await stream.next();
  expect(model.spoken).toEqual([{ symbols: 'Go there now!', speed: 1 }]);
});

test('silence from the model fails the request and names the voice', async () => {
  const engine = new PiecewiseTts(createToneModel(() => new Float32Array(8000)));
  await expect(say(engine, 'Hello there.')).rejects.toMatchObject({
    code: 'synthesis-failed',
    details: { voice: 'tone', reason: 'the model gave silence' },
  });
});

test('a warm-up that fails disposes the engine', async () => {
  const model = createToneModel(() => new Float32Array(8000));
  const { signal } = new AbortController();
  const warming = warmUp(new PiecewiseTts(model), signal);
  await expect(warming).rejects.toMatchObject({ code: 'synthesis-failed' });
  expect(model.disposals).toBe(1);
});
