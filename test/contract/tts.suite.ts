// What every voice must do, run against each engine and the fake. In Node or in a browser.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TtsChunk, TtsEngine, TtsRequest } from '../../src/core/contracts/text-to-speech.ts';

export interface TtsSuiteOptions {
  readonly name: string;
  readonly create: () => Promise<TtsEngine>;
  /** Whether its model gives durations: then every word is timed, and else none is. */
  readonly timesWords: boolean;
}

export const LONG_TEXT: string =
  'The morning train left the station a little before seven, and the last passengers were still ' +
  'finding their seats. Outside, the fields lay under a thin white mist; a farmer stood at the gate ' +
  'and watched us pass. "Have you been this way before?" asked the woman opposite. I said that I had, ' +
  'many years ago, when the line still ran along the river. She nodded, opened her book, and read ' +
  'aloud from the first page without another word. It was a story about two brothers who built a ' +
  'boat, sold it, and bought it back again for twice the price. By the time they reached the sea, ' +
  'we had arrived. Nobody on the platform seemed to be in any hurry at all!';

/** What the shorter tests say. */
const TODAY = 'The weather is lovely today, is it not?';
const ODD_SYMBOLS = '👍 Yes ⟨§⟩, ok \u0000 fine.';
const AT_A_PACE = 'Please read this sentence at the pace I ask for.';

/** Two runs for every engine, so that there is a place between them. */
const TWO_SENTENCES = 'This is the first of two sentences. The second must never be said.';

/** Each word that the suite says, for a voice with a lexicon. */
export const SUITE_TEXT: string = [
  ...['Hello. Good morning.', TODAY, ODD_SYMBOLS, AT_A_PACE],
  ...[LONG_TEXT, TWO_SENTENCES],
].join(' ');

/** The whole utterance. */
export function joinChunks(chunks: readonly TtsChunk[]): Float32Array {
  const pcm = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.pcm.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    pcm.set(chunk.pcm, at);
    at += chunk.pcm.length;
  }
  return pcm;
}

export async function say(
  engine: TtsEngine,
  text: string,
  options: Partial<Omit<TtsRequest, 'text'>> = {},
): Promise<TtsChunk[]> {
  const chunks: TtsChunk[] = [];
  const { signal } = new AbortController();
  const request = { text, voice: null, speed: 1, signal, ...options };
  for await (const chunk of engine.synthesize(request)) chunks.push(chunk);
  return chunks;
}

/** Chunks that go on in one another as one. */
function joinRuns(chunks: readonly TtsChunk[]): TtsChunk[] {
  const runs: TtsChunk[][] = [[]];
  for (const chunk of chunks) {
    runs.at(-1)!.push(chunk);
    if (chunk.isContinued !== true) runs.push([]);
  }
  expect(runs.pop()).toEqual([]);
  return runs.map((run) => {
    const span = { start: run[0]!.span.start, end: run.at(-1)!.span.end };
    return { ...run[0]!, pcm: joinChunks(run), span, isContinued: false };
  });
}

function expectSpeech(chunks: readonly TtsChunk[]): void {
  for (const { pcm, sampleRateHz } of joinRuns(chunks)) {
    const peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const rms = Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
    expect(sampleRateHz).toBeGreaterThanOrEqual(8_000);
    expect(peak).toBeLessThan(1);
    expect(20 * Math.log10(rms)).toBeGreaterThan(-40);
  }
}

function expectSpansTile(chunks: readonly TtsChunk[], text: string): void {
  let end = 0;
  for (const { span } of chunks) {
    expect(span.start).toBe(end);
    // The first part of a run may be less than a word.
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    end = span.end;
  }
  expect(end).toBe(text.length);
  for (const { span } of joinRuns(chunks)) expect(span.end).toBeGreaterThan(span.start);
}

/** Each word of the text once, where its chunks are; the times leave little of the audio out. */
function expectEveryWordTimed(chunks: readonly TtsChunk[], text: string): void {
  expectWordsInOrder(chunks, text);
  const words = chunks.flatMap((chunk) => chunk.words ?? []);
  const bare = /[\p{L}\p{N}](?:\S*[\p{L}\p{N}])?/gu;
  expect(words.map(({ start, end }) => text.slice(start, end).match(bare)?.[0])).toEqual(
    text.match(bare),
  );
  const timed = words.reduce((sum, { startSample, endSample }) => sum + endSample - startSample, 0);
  const share = timed / joinChunks(chunks).length;
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThanOrEqual(1);
}

/** Where a voice times its words: in order, inside the span and the chunk. */
function expectWordsInOrder(chunks: readonly TtsChunk[], text: string): void {
  for (const { pcm, span, words } of chunks) {
    let end = span.start;
    let endSample = 0;
    for (const word of words ?? []) {
      expect(word.start).toBeGreaterThanOrEqual(end);
      expect(text.slice(word.start, word.end)).toMatch(/^\S*[\p{L}\p{N}]\S*$/u);
      expect(word.startSample).toBeGreaterThanOrEqual(endSample);
      expect(word.endSample).toBeGreaterThan(word.startSample);
      ({ end, endSample } = word);
    }
    expect(end).toBeLessThanOrEqual(span.end);
    expect(endSample).toBeLessThanOrEqual(pcm.length);
  }
}

function secondsOf(chunks: readonly TtsChunk[]): number {
  return joinChunks(chunks).length / (chunks[0]?.sampleRateHz ?? Number.NaN);
}

export function runTtsSuite({ name, create, timesWords }: TtsSuiteOptions): void {
  describe(`voice contract: ${name}`, () => {
    let engine: TtsEngine;
    beforeAll(async () => {
      engine = await create();
    });
    afterAll(() => engine.dispose());

    test('describes itself', () => {
      expect(engine.info.stage).toBe('tts');
      expect(engine.info.threads).toBeGreaterThanOrEqual(1);
      expect(engine.voices.length).toBeGreaterThanOrEqual(1);
    });

    test('speaks a sentence at a plausible pace and loudness', async () => {
      const chunks = await say(engine, TODAY);
      expectSpeech(chunks);
      expectSpansTile(chunks, TODAY);
      const msPerCharacter = (secondsOf(chunks) * 1000) / TODAY.length;
      expect(msPerCharacter).toBeGreaterThan(40);
      expect(msPerCharacter).toBeLessThan(120);
    });

    test('leaves no silence over 20 ms at the edges of an utterance', async () => {
      const chunks = await say(engine, 'Good morning.');
      const pcm = joinChunks(chunks);
      const { sampleRateHz } = chunks[0]!;
      const edge = Math.round(sampleRateHz * 0.02);
      const peak = (part: Float32Array): number =>
        part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const floor = peak(pcm) * 0.005;
      expect(peak(pcm.subarray(0, edge))).toBeGreaterThan(floor);
      expect(peak(pcm.subarray(-edge))).toBeGreaterThan(floor);
    });

    test.each(['', '   \n', '...', '?! —', '👍'])('%j yields nothing', async (text) => {
      expect(await say(engine, text)).toEqual([]);
    });

    test('symbols that nobody can say cost nothing but themselves', async () => {
      const chunks = await say(engine, ODD_SYMBOLS);
      expectSpeech(chunks);
      expectSpansTile(chunks, ODD_SYMBOLS);
    });

    test('speed 2 is clearly faster than speed 1', async () => {
      const normal = secondsOf(await say(engine, AT_A_PACE));
      const fast = secondsOf(await say(engine, AT_A_PACE, { speed: 2 }));
      // Piper rounds each phoneme up to a frame, so it gains less than two.
      expect(normal / fast).toBeGreaterThan(1.3);
      expect(normal / fast).toBeLessThan(2.5);
    });

    // A heavy voice takes over a second of compute per second of speech on a busy machine.
    test('a long text comes complete, in several chunks', { timeout: 600_000 }, async () => {
      expect(LONG_TEXT.length).toBeGreaterThan(600);
      const chunks = await say(engine, LONG_TEXT);
      expect(chunks.length).toBeGreaterThan(3);
      expectSpeech(chunks);
      expectSpansTile(chunks, LONG_TEXT);
      if (timesWords) expectEveryWordTimed(chunks, LONG_TEXT);
      else expect(chunks.map(({ words }) => words)).toEqual(chunks.map(() => null));
      const msPerCharacter = (secondsOf(chunks) * 1000) / LONG_TEXT.length;
      expect(msPerCharacter).toBeGreaterThan(40);
      expect(msPerCharacter).toBeLessThan(120);
    });

    test('an abort between chunks ends the stream with its reason', async () => {
      const controller = new AbortController();
      const reason = new DOMException('cut off', 'AbortError');
      const seen: TtsChunk[] = [];
      const speaking = (async () => {
        const request = { text: TWO_SENTENCES, voice: null, speed: 1, signal: controller.signal };
        for await (const chunk of engine.synthesize(request)) {
          seen.push(chunk);
          controller.abort(reason);
        }
      })();
      await expect(speaking).rejects.toBe(reason);
      expect(seen.length).toBe(1);
    });

    test('an abort that comes as a message is seen before the next run', async () => {
      const controller = new AbortController();
      const reason = new DOMException('cut off', 'AbortError');
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => controller.abort(reason);
      const seen: TtsChunk[] = [];
      const speaking = (async () => {
        const request = { text: TWO_SENTENCES, voice: null, speed: 1, signal: controller.signal };
        for await (const chunk of engine.synthesize(request)) {
          seen.push(chunk);
          port2.postMessage(null);
        }
      })();
      await expect(speaking).rejects.toBe(reason);
      expect(seen.length).toBe(1);
      port1.close();
    });

    test('an aborted signal says nothing', async () => {
      const signal = AbortSignal.abort(new DOMException('too late', 'AbortError'));
      await expect(say(engine, 'Hello.', { signal })).rejects.toBe(signal.reason);
    });

    test('a voice or speed that does not exist is a mistake of the caller', () => {
      const { signal } = new AbortController();
      const request = { text: 'Hello.', voice: null, speed: 1, signal };
      expect(() => engine.synthesize({ ...request, voice: 'nobody' })).toThrow(/request\.voice/u);
      expect(() => engine.synthesize({ ...request, speed: 0.2 })).toThrow(/request\.speed/u);
      expect(() => engine.synthesize({ ...request, speed: Number.NaN })).toThrow(TypeError);
    });

    test('after dispose it refuses, and dispose may be called again', async () => {
      const other = await create();
      await other.dispose();
      await other.dispose();
      await expect(say(other, 'Hello.')).rejects.toMatchObject({ code: 'disposed' });
    });
  });
}
