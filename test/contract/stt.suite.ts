// What every recogniser must do, run against each engine and the fake. In Node or in a browser.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  PartialTranscript,
  SttEngine,
  SttStream,
} from '../../src/core/contracts/speech-to-text.ts';
import { createAbortReason } from '../../src/core/abort.ts';
import { concatenate, cut, silence } from '../support/recordings.ts';
import type { Recording } from '../support/recordings.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';

export interface SttSuiteOptions {
  readonly name: string;
  readonly create: () => Promise<SttEngine>;
  readonly loadRecordings: () => Promise<readonly Recording[]>;
  readonly maxWordErrorRate: number;
  /** Lets the engine work between two pushes, as real time would. */
  readonly settle: () => Promise<void>;
}

const CHUNK_SAMPLES = 320;
const never = new AbortController().signal;

interface Heard {
  readonly stream: SttStream;
  readonly partials: PartialTranscript[];
}

export function runSttSuite(options: SttSuiteOptions): void {
  describe(`speech recognition: ${options.name}`, () => {
    let engine: SttEngine;
    let recordings: readonly Recording[];
    beforeAll(async () => {
      [engine, recordings] = await Promise.all([options.create(), options.loadRecordings()]);
    });
    afterAll(() => engine.dispose());

    function open(signal: AbortSignal = never): Heard {
      const partials: PartialTranscript[] = [];
      const onPartial = (partial: PartialTranscript) => void partials.push(partial);
      return { stream: engine.open({ language: 'en', onPartial, signal }), partials };
    }

    async function pushAll(stream: SttStream, pcm: Float32Array): Promise<void> {
      for (const chunk of cut(pcm, CHUNK_SAMPLES)) {
        stream.push(chunk);
        await options.settle();
      }
    }

    function first(): Recording {
      const [recording] = recordings;
      if (recording === undefined) throw new Error('The suite needs a recording.');
      return recording;
    }

    test('recordings are understood, streamed in small pieces with partials on', async () => {
      const pairs = [];
      for (const { pcm, transcript } of recordings) {
        const { stream } = open();
        await pushAll(stream, pcm);
        const { text } = await stream.transcribe({ signal: never });
        pairs.push({ reference: transcript, hypothesis: text });
        stream.close();
      }
      const rate = wordErrorRate(pairs);
      expect(rate, JSON.stringify(pairs, null, 1)).toBeLessThanOrEqual(options.maxWordErrorRate);
    });

    test('partials grow, and what is stable is never taken back', async () => {
      for (const { pcm } of recordings) {
        const { stream, partials } = open();
        await pushAll(stream, pcm);
        await stream.transcribe({ signal: never });
        stream.close();
        expect(partials.length).toBeGreaterThan(1);
        let before = '';
        for (const { text, stableText, isFinal, startMs, endMs } of partials) {
          expect(stableText.startsWith(before), `"${before}" became "${stableText}"`).toBe(true);
          expect(text.startsWith(stableText)).toBe(true);
          expect(isFinal).toBe(false);
          expect(endMs).toBeGreaterThanOrEqual(startMs);
          before = stableText;
        }
        expect(before).not.toBe('');
      }
    });

    test('a final says when the speech was, within the audio pushed', async () => {
      const { stream } = open();
      const { pcm } = first();
      await pushAll(stream, concatenate(silence(500), pcm));
      const final = await stream.transcribe({ signal: never });
      expect(final).toMatchObject({ isFinal: true, isTimedOut: false });
      expect(final.startMs).toBeGreaterThanOrEqual(0);
      expect(final.endMs).toBeGreaterThan(final.startMs);
      expect(final.endMs).toBeLessThanOrEqual(500 + pcm.length / 16);
      if (final.confidence !== null) {
        expect(final.confidence).toBeGreaterThan(0.5);
        expect(final.confidence).toBeLessThanOrEqual(1);
      }
      stream.close();
    });

    test('asked twice about the same audio, it answers the same', async () => {
      const { stream } = open();
      await pushAll(stream, first().pcm);
      const once = await stream.transcribe({ signal: never });
      expect(await stream.transcribe({ signal: never })).toEqual(once);
      stream.close();
    });

    test('after a final the stream goes on: more speech, a longer text', async () => {
      const { stream } = open();
      const { pcm } = first();
      const half = pcm.length >> 1;
      await pushAll(stream, pcm.subarray(0, half));
      await stream.transcribe({ signal: never });
      await pushAll(stream, pcm.subarray(half));
      const whole = await stream.transcribe({ signal: never });
      const { stream: other } = open();
      await pushAll(other, pcm);
      expect(whole.text).toBe((await other.transcribe({ signal: never })).text);
      stream.close();
      other.close();
    });

    test('silence and nothing at all give an empty transcript and no partial', async () => {
      const { stream, partials } = open();
      expect((await stream.transcribe({ signal: never })).text).toBe('');
      await pushAll(stream, silence(2000));
      expect((await stream.transcribe({ signal: never })).text).toBe('');
      expect(partials).toEqual([]);
      stream.close();
    });

    test('aborting a transcribe rejects it with the reason, and the stream still answers', async () => {
      const { stream } = open();
      await pushAll(stream, first().pcm);
      const aborting = new AbortController();
      const reason = createAbortReason('enough');
      aborting.abort(reason);
      await expect(stream.transcribe({ signal: aborting.signal })).rejects.toBe(reason);
      expect((await stream.transcribe({ signal: never })).text).not.toBe('');
      stream.close();
    });

    test('aborting the stream rejects what is asked of it with the reason', async () => {
      const aborting = new AbortController();
      const reason = createAbortReason('the person left');
      const { stream } = open(aborting.signal);
      await pushAll(stream, first().pcm.subarray(0, 8000));
      aborting.abort(reason);
      await expect(stream.transcribe({ signal: never })).rejects.toBe(reason);
    });

    test('a closed stream takes no audio and answers nothing; closing twice is harmless', async () => {
      const { stream, partials } = open();
      stream.close();
      stream.close();
      stream.push(first().pcm);
      await options.settle();
      await expect(stream.transcribe({ signal: never })).rejects.toMatchObject({
        code: 'disposed',
      });
      expect(partials).toEqual([]);
    });

    test('two streams at once do not mix', async () => {
      const [one, two] = [open(), open()];
      const last = recordings.at(-1) ?? first();
      one.stream.push(first().pcm);
      two.stream.push(last.pcm);
      const texts = await Promise.all([
        one.stream.transcribe({ signal: never }),
        two.stream.transcribe({ signal: never }),
      ]);
      const pairs = [first(), last].map(({ transcript }, index) => ({
        reference: transcript,
        hypothesis: texts[index]?.text ?? '',
      }));
      expect(wordErrorRate(pairs)).toBeLessThanOrEqual(options.maxWordErrorRate);
      one.stream.close();
      two.stream.close();
    });

    test('it says what it is; disposing closes its streams, and twice is harmless', async () => {
      expect(engine.info.stage).toBe('stt');
      expect(engine.languages).toContain('en');
      const other = await options.create();
      const stream = other.open({ language: 'en', onPartial: () => undefined, signal: never });
      await Promise.all([other.dispose(), other.dispose()]);
      await expect(stream.transcribe({ signal: never })).rejects.toMatchObject({
        code: 'disposed',
      });
    });
  });
}
