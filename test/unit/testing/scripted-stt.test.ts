import { expect, test } from 'vitest';
import type { PartialTranscript } from '../../../src/core/contracts/speech-to-text.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { hashAudio, ScriptedStt } from '../../../src/testing/scripted-stt.ts';
import type { ScriptedSttOptions } from '../../../src/testing/scripted-stt.ts';
import { concatenate, noise, silence } from '../../support/recordings.ts';

const { signal } = new AbortController();

function open(options: ScriptedSttOptions) {
  const engine = new ScriptedStt(options);
  const partials: PartialTranscript[] = [];
  const stream = engine.open({
    language: 'en',
    signal,
    onPartial: (partial) => void partials.push(partial),
  });
  return { engine, stream, partials };
}

test('the same audio gives the same text, whatever silence surrounds it', async () => {
  const clip = noise(1000, 0.3);
  const transcripts = { [hashAudio(clip)]: 'Hello there.' };
  for (const before of [0, 130, 700]) {
    const { stream } = open({ transcripts, lines: ['something else'] });
    stream.push(concatenate(silence(before), clip.subarray(0, 5)));
    stream.push(concatenate(clip.subarray(5), silence(300)));
    expect((await stream.transcribe({ signal })).text).toBe('Hello there.');
  }
});

test('streams without a known transcript take the lines in order, then the last again', async () => {
  const engine = new ScriptedStt({ lines: ['one', 'two'] });
  const texts = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const stream = engine.open({ language: 'en', signal, onPartial: () => undefined });
    stream.push(noise(500, 0.3));
    texts.push((await stream.transcribe({ signal })).text);
  }
  expect(texts).toEqual(['one', 'two', 'two']);
  expect(engine.streamCount).toBe(3);
});

test('partials say a word per 300 ms of audio, all but the last of them stable', () => {
  const { stream, partials } = open({ lines: ['what time is it'] });
  for (let piece = 0; piece < 10; piece += 1) stream.push(noise(100, 0.3));
  expect(partials.map(({ text, stableText, endMs }) => [endMs, text, stableText])).toEqual([
    [300, 'what', ''],
    [600, 'what time', 'what'],
    [900, 'what time is', 'what time'],
  ]);
});

test('the latency is kept on the clock, and a deadline before it cuts it short', async () => {
  const clock = new ManualClock();
  const slow = open({ lines: ['what time is it'], latencyMs: 250, clock });
  slow.stream.push(noise(400, 0.3));
  const final = slow.stream.transcribe({ signal });
  await clock.advance(249);
  expect(await Promise.race([final, Promise.resolve('waiting')])).toBe('waiting');
  await clock.advance(1);
  expect(await final).toMatchObject({ text: 'what time is it', isTimedOut: false });

  const late = open({ lines: ['what time is it'], latencyMs: 250, deadlineMs: 100, clock });
  late.stream.push(noise(400, 0.3));
  const cut = late.stream.transcribe({ signal });
  await clock.advance(100);
  expect(await cut).toMatchObject({ text: 'what', isTimedOut: true });
});
