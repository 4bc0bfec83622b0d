import { expect, test, vi } from 'vitest';
import type { TtsChunk, TtsVoice } from '../../../src/core/contracts/text-to-speech.ts';
import { PiecewiseTts, warmUp } from '../../../workers/engines/piecewise-tts.ts';
import type { SpokenRun, VoiceModel } from '../../../workers/engines/piecewise-tts.ts';
import { runTtsSuite, say } from '../../contract/tts.suite.ts';

const VOICE: TtsVoice = { id: 'tone', name: 'Tone', language: 'en-US' };

const SILENT_RUN: SpokenRun = { pcm: new Float32Array(8000), symbolEnds: null, share: 1 };

interface ToneModel extends VoiceModel {
  readonly spoken: { symbols: string; speed: number }[];
  disposals: number;
}

/** Letters are symbols; each takes 60 ms of a tone with 200 ms of silence around. */
function createToneModel(speak?: (symbols: string) => Iterable<SpokenRun>): ToneModel {
  const model: ToneModel = {
    info: { name: 'tone', stage: 'tts', modelIds: [], backend: 'js', threads: 1 },
    voices: [VOICE],
    defaultVoice: VOICE,
    sampleRateHz: 8000,
    limits: { minimum: 6, preferred: 60, maximum: 80 },
    spoken: [],
    disposals: 0,
    toSymbols: async ({ words, mark }) => words.replaceAll(/[^a-z ]/giu, '').trim() + mark,
    async *speak(symbols, { speed }) {
      model.spoken.push({ symbols, speed });
      if (speak !== undefined) {
        yield* speak(symbols);
        return;
      }
      const samples = Math.round(480 / speed);
      const speech = symbols.length * samples;
      const pcm = Float32Array.from({ length: speech + 3200 }, (_, i) => {
        if (i < 1600 || i >= 1600 + speech) return 0;
        return i % 8 < 4 ? 0.3 : -0.3;
      });
      const symbolEnds = Array.from({ length: symbols.length + 1 }, (_, i) => 1600 + i * samples);
      yield { pcm, symbolEnds, share: 1 };
    },
    async dispose() {
      model.disposals += 1;
    },
  };
  return model;
}

runTtsSuite({
  name: 'piecewise over a tone',
  timesWords: true,
  create: async () => new PiecewiseTts(createToneModel()),
});

test('a chunk after the first opens with the pause of the mark before it', async () => {
  const engine = new PiecewiseTts(createToneModel());
  const [first, second] = await say(engine, 'Go there now! And return.', { speed: 2 });
  expect(first!.pcm.length).toBe(13 * 240 + 120);
  expect(second!.pcm.length).toBe(8000 * 0.15 + 11 * 240 + 120);
  expect(second!.pcm.subarray(0, 1200).every((sample) => sample === 0)).toBe(true);
});

test('numbers are said in words; the words of one number are one word of the text', async () => {
  const model = createToneModel();
  const [chunk] = await say(new PiecewiseTts(model), 'It is 5 km away.');
  expect(model.spoken[0]!.symbols).toBe('It is five kilometers away.');
  expect(chunk!.span).toEqual({ start: 0, end: 16 });
  expect(chunk!.words!.map(({ start, end }) => [start, end])).toEqual([
    [0, 2],
    [3, 5],
    [6, 10],
    [11, 15],
  ]);
  const { startSample, endSample } = chunk!.words![2]!;
  expect([startSample, endSample]).toEqual([40 + 6 * 480, 40 + 21 * 480]);
});

test('words are timed within the chunk, pause and trimming counted', async () => {
  const engine = new PiecewiseTts(createToneModel());
  const [first, second] = await say(engine, 'Go there now! And return.');
  const shown = (chunk: TtsChunk) =>
    chunk.words!.map(({ start, end, startSample, endSample }) => [
      ...[start, end, startSample, endSample],
    ]);
  // 480 samples a symbol, after the 40 that are kept of the silence in front.
  expect(shown(first!)).toEqual([
    [0, 2, 40, 40 + 2 * 480],
    [3, 8, 40 + 3 * 480, 40 + 8 * 480],
    [9, 12, 40 + 9 * 480, 40 + 12 * 480],
  ]);
  expect(shown(second!)).toEqual([
    [14, 17, 2400 + 40, 2400 + 40 + 3 * 480],
    [18, 24, 2400 + 40 + 4 * 480, 2400 + 40 + 10 * 480],
  ]);
});

test('parts of a run come as they are made, each with the words that it ends', async () => {
  const made: number[] = [];
  const model = createToneModel(function* (symbols) {
    const samples = symbols.length * 480;
    for (const share of [0.4, 0.8, 1]) {
      made.push(share);
      const from = Math.round((share - (share === 1 ? 0.2 : 0.4)) * samples);
      const pcm = new Float32Array(Math.round(share * samples) - from).fill(0.3);
      yield { pcm, symbolEnds: null, share };
    }
  });
  const { signal } = new AbortController();
  const text = 'Go there now and come back. Yes indeed!';
  const stream = new PiecewiseTts(model).synthesize({ text, voice: null, speed: 1, signal });
  const chunks: TtsChunk[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    expect(made.length).toBe(chunks.length);
  }
  expect(chunks.map(({ span }) => text.slice(span.start, span.end))).toEqual([
    ...['Go there', ' now and come', ' back.'],
    ...[' Yes', '', ' indeed!'],
  ]);
  expect(chunks.map(({ isContinued }) => isContinued)).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
  expect(chunks.map(({ pcm }) => pcm.length)).toEqual([5184, 5184, 2592, 2400 + 2112, 2112, 1056]);
});

test('parts of a run time the words that they end, one that a part before began from its start on', async () => {
  const model = createToneModel(function* (symbols) {
    // 480 samples a symbol behind 480 of silence, in parts of 6, 6 and 12 symbols.
    const ends = Array.from({ length: symbols.length + 1 }, (_, i) => 480 + i * 480);
    let from = 0;
    for (const to of [2880, 5760, ends.at(-1)!]) {
      const pcm = new Float32Array(to - from).fill(0.3);
      if (from === 0) pcm.fill(0, 0, 480);
      const symbolEnds = ends.map((end) => end - from);
      yield { pcm, symbolEnds, share: to === ends.at(-1) ? 1 : to / ends.at(-1)! };
      from = to;
    }
  });
  const text = 'It is 5 km to go there.';
  const chunks = await say(new PiecewiseTts(model), text);
  expect(
    chunks.map(({ span, words, pcm }) => ({
      said: text.slice(span.start, span.end),
      words: words!.map(({ start, end, startSample, endSample }) => [
        ...[text.slice(start, end), startSample, endSample],
      ]),
      samples: pcm.length,
    })),
  ).toEqual([
    {
      said: 'It is',
      words: [
        ['It', 40, 40 + 2 * 480],
        ['is', 40 + 3 * 480, 40 + 5 * 480],
      ],
      samples: 40 + 5 * 480,
    },
    // "five" alone is not all of "5 km".
    { said: '', words: [], samples: 6 * 480 },
    {
      said: ' 5 km to go there.',
      words: [
        ['5 km', 0, 10 * 480],
        ['to', 11 * 480, 13 * 480],
        ['go', 14 * 480, 16 * 480],
        ['there', 17 * 480, 22 * 480],
      ],
      samples: 23 * 480,
    },
  ]);
});

test('the next request waits for all parts of a run, or for its end', async () => {
  const order: string[] = [];
  const model = createToneModel(function* (symbols) {
    for (const share of [0.5, 1]) {
      order.push(`${symbols} ${share}`);
      yield { pcm: new Float32Array(4000).fill(0.3), symbolEnds: null, share };
    }
  });
  const engine = new PiecewiseTts(model);
  const controller = new AbortController();
  const { signal } = controller;
  const first = engine.synthesize({ text: 'One two.', voice: null, speed: 1, signal });
  const reading = first[Symbol.asyncIterator]();
  await reading.next();
  const second = say(engine, 'Three four.');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(order).toEqual(['One two. 0.5']);
  controller.abort(new DOMException('cut off', 'AbortError'));
  await expect(reading.next()).rejects.toBe(signal.reason);
  await second;
  expect(order).toEqual(['One two. 0.5', 'One two. 1', 'Three four. 0.5', 'Three four. 1']);
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
  const engine = new PiecewiseTts(createToneModel(() => [SILENT_RUN]));
  await expect(say(engine, 'Hello there.')).rejects.toMatchObject({
    code: 'synthesis-failed',
    details: { voice: 'tone', reason: 'the model gave silence' },
  });
});

test('an engine that is warm goes on warming up, until it is asked for something', async () => {
  const { signal } = new AbortController();
  const idle = createToneModel();
  await warmUp(new PiecewiseTts(idle), signal);
  expect(idle.spoken.length).toBe(1);
  await vi.waitUntil(() => idle.spoken.length === 2);
  expect(idle.spoken[1]!.symbols.length).toBeGreaterThan(idle.spoken[0]!.symbols.length);

  const busy = createToneModel();
  const engine = await warmUp(new PiecewiseTts(busy), signal);
  await say(engine, 'Go there now!');
  expect(busy.spoken.map(({ symbols }) => symbols)).toEqual(['Hello.', 'Go there now!']);
});

test('a warm-up that fails disposes the engine', async () => {
  const model = createToneModel(() => [SILENT_RUN]);
  const { signal } = new AbortController();
  const warming = warmUp(new PiecewiseTts(model), signal);
  await expect(warming).rejects.toMatchObject({ code: 'synthesis-failed' });
  expect(model.disposals).toBe(1);
});

test('a voice of the language speaks, and nobody does where there is none', async () => {
  const german: TtsVoice = { id: 'ton', name: 'Ton', language: 'de-DE' };
  const spoken: string[] = [];
  const model: VoiceModel = {
    ...createToneModel(),
    voices: [VOICE, german],
    toSymbols: async ({ words }, { voice }) => {
      spoken.push(`${voice.id}: ${words}`);
      return 'words';
    },
  };
  const engine = new PiecewiseTts(model);
  await say(engine, 'Take 3.', { language: 'en-GB' });
  await say(engine, 'Nimm 3.', { language: 'de-AT' });
  await say(engine, 'Nimm 3.', { voice: 'tone', language: 'de' });
  expect(spoken).toEqual(['tone: Take three', 'ton: Nimm drei', 'ton: Nimm drei']);
  await expect(say(engine, 'Prends 3.', { language: 'fr' })).rejects.toMatchObject({
    code: 'unsupported',
  });
  expect(spoken).toHaveLength(3);
});

test('numbers are said as the text has them by a voice that speaks whatever it is given', async () => {
  const anything: TtsVoice = { id: 'any', name: 'Any', language: 'und' };
  const spoken: string[] = [];
  const model: VoiceModel = {
    ...createToneModel(),
    ...{ voices: [anything], defaultVoice: anything },
    toSymbols: async ({ words }) => {
      spoken.push(words);
      return 'words';
    },
  };
  const engine = new PiecewiseTts(model);
  await say(engine, 'Prendi 3.', { language: 'it' });
  await say(engine, 'Take 3.');
  expect(spoken).toEqual(['Prendi tre', 'Take 3']);
});
