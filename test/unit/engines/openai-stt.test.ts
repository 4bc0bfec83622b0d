// The client of transcription endpoints against a real server of this machine that misbehaves.
import { afterAll, describe, expect, test } from 'vitest';
import type { FinalTranscript } from '../../../src/core/contracts/speech-to-text.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { createOpenAiStt } from '../../../src/engines/openai-stt.ts';
import type { OpenAiSttOptions } from '../../../src/engines/openai-stt.ts';
import { readTranscript } from '../../../src/engines/openai-transcript.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { startAudioServer } from '../../support/audio-server.ts';
import { noise, silence } from '../../support/recordings.ts';

const SPEECH = { pcm: noise(2_400, 0.2), transcript: 'He was not an ill-disposed young man.' };
const server = await startAudioServer([SPEECH]);
afterAll(() => server.close());

const create = (model: string, options: Partial<OpenAiSttOptions> = {}) =>
  createOpenAiStt({
    baseUrl: server.baseUrl,
    model,
    languages: ['en'],
    retry: { baseDelayMs: 1 },
    ...options,
  });

const requestsTo = (model: string) =>
  server.requests.filter(({ fields }) => fields['model'] === model);

interface Outcome {
  readonly final: FinalTranscript | null;
  readonly error: unknown;
}

async function hear(
  model: string,
  options: Partial<OpenAiSttOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  const never = new AbortController().signal;
  const stream = create(model, options).open({
    language: 'en-US',
    onPartial: () => undefined,
    signal: never,
  });
  stream.push(SPEECH.pcm);
  try {
    return { final: await stream.transcribe({ signal }), error: null };
  } catch (error) {
    return { final: null, error };
  }
}

async function passTimeUntil<T>(promise: Promise<T>, clock: ManualClock): Promise<T> {
  const isSettled = { now: false };
  void promise.finally(() => (isSettled.now = true));
  while (!isSettled.now) await clock.advance(500);
  return promise;
}

describe('a transcript', () => {
  test('comes with times and confidence', async () => {
    const { final } = await hear('script');
    expect(final).toMatchObject({ text: SPEECH.transcript, isFinal: true, isTimedOut: false });
    expect(final!.endMs).toBeLessThanOrEqual(2_400);
    expect(final!.confidence).toBeCloseTo(Math.exp(-0.2));
  });

  test('is asked for with all of the audio, and the language without its region', async () => {
    await hear('asked', { getToken: () => Promise.resolve('secret-token') });
    const { path, headers, fields, pcm } = requestsTo('asked').at(-1)!;
    expect(path).toBe('/v1/audio/transcriptions');
    expect(headers.authorization).toBe('Bearer secret-token');
    expect(fields).toMatchObject({ language: 'en', response_format: 'verbose_json' });
    expect(pcm).toHaveLength(SPEECH.pcm.length);
  });

  test('tells the language that was heard; one that nobody named is not asked for', async () => {
    expect((await hear('script')).final?.language).toBe('en');
    const never = new AbortController().signal;
    const stream = create('detecting', { languages: ['*'] }).open({
      ...{ language: 'und', onPartial: () => undefined, signal: never },
    });
    stream.push(SPEECH.pcm);
    expect((await stream.transcribe({ signal: never })).language).toBe('en');
    expect(requestsTo('detecting')[0]!.fields).not.toHaveProperty('language');
    expect((await hear('plain')).final?.language).toBeNull();
  });

  test('of a server that does not know the verbose form', async () => {
    const stt = create('json-only');
    const never = new AbortController().signal;
    for (const requests of [2, 3]) {
      const stream = stt.open({ language: 'en', onPartial: () => undefined, signal: never });
      stream.push(SPEECH.pcm);
      const final = await stream.transcribe({ signal: never });
      expect(final).toMatchObject({ text: SPEECH.transcript, startMs: 0, endMs: 2_400 });
      expect(final.confidence).toBeNull();
      expect(final.language).toBeNull();
      stream.close();
      expect(requestsTo('json-only')).toHaveLength(requests);
    }
  });

  test('without what was made up of silence', async () => {
    expect((await hear('made-up')).final).toMatchObject({ text: 'Hello.', endMs: 500 });
  });

  test('as plain text', async () => {
    expect((await hear('plain')).final).toMatchObject({ text: 'He was not.', confidence: null });
  });
});

describe('requests are not wasted', () => {
  test('on silence, nor twice on the same audio', async () => {
    const stt = create('thrifty');
    const never = new AbortController().signal;
    const stream = stt.open({ language: 'en', onPartial: () => undefined, signal: never });
    stream.push(silence(800));
    expect((await stream.transcribe({ signal: never })).text).toBe('');
    expect(requestsTo('thrifty')).toHaveLength(0);
    stream.push(SPEECH.pcm);
    const once = await stream.transcribe({ signal: never });
    expect(await stream.transcribe({ signal: never })).toBe(once);
    expect(requestsTo('thrifty')).toHaveLength(1);
  });

  test.each([
    ['off', [], 1],
    ['over the agent', [{ text: 'stop', boost: 2 }], 2],
  ])('on partial transcripts that are %s', async (name, hints, requests) => {
    const model = `partials ${name}`;
    const never = new AbortController().signal;
    const partials: string[] = [];
    const onPartial = ({ text }: { text: string }) => void partials.push(text);
    const stream = create(model).open({ language: 'en', hints, onPartial, signal: never });
    stream.push(SPEECH.pcm.subarray(0, 16_000));
    if (requests > 1) while (partials.length < 1) await nextMacrotask();
    stream.push(SPEECH.pcm.subarray(16_000, 24_000));
    await stream.transcribe({ signal: never });
    expect(requestsTo(model)).toHaveLength(requests);
    stream.close();
  });
});

describe('a passing fault is tried again', () => {
  test.each(['busy-once', 'broken-once', 'reset-first'])('%s', async (model) => {
    const { final, error } = await hear(model);
    expect(error).toBeNull();
    expect(final!.text).toBe(SPEECH.transcript);
    expect(requestsTo(model)).toHaveLength(2);
  });

  test('until it is enough', async () => {
    const clock = new ManualClock();
    const outcome = hear('busy', { clock, retry: { retries: 1, random: () => 0 } });
    while (requestsTo('busy').length < 1) await nextMacrotask();
    expect((await passTimeUntil(outcome, clock)).error).toMatchObject({
      code: 'stt-request-failed',
      details: { status: 429 },
    });
    expect(requestsTo('busy')).toHaveLength(2);
  });
});

describe('what is no transcript is final', () => {
  test.each([
    ['html-ok', /a web page, not with a transcript/u],
    ['half-json', /no transcript/u],
    ['other-json', /holds no text/u],
    ['missing', /No such model/u],
  ])('%s', async (model, message) => {
    const { error } = await hear(model);
    expect(error).toMatchObject({ code: 'stt-request-failed', retryable: false });
    expect(String(error)).toMatch(message);
    expect(requestsTo(model)).toHaveLength(1);
  });
});

test('a deadline gives what is known, marked as timed out, and ends the request', async () => {
  const clock = new ManualClock();
  const before = server.cutByClient;
  const { final } = await passTimeUntil(hear('stall-headers', { clock }), clock);
  expect(final).toMatchObject({ text: '', isTimedOut: true });
  expect(clock.nowMs()).toBeGreaterThanOrEqual(10_000);
  await server.waitForCut(before + 1);
  expect(clock.pendingTimers).toBe(0);
});

test('a dropped attempt ends its request, and the next one is answered', async () => {
  const before = server.cutByClient;
  const stream = create('stall-once').open({
    language: 'en',
    onPartial: () => undefined,
    signal: new AbortController().signal,
  });
  stream.push(SPEECH.pcm);
  const dropping = new AbortController();
  const reason = new Error('the person went on');
  const attempt = stream.transcribe({ signal: dropping.signal });
  while (requestsTo('stall-once').length < 1) await nextMacrotask();
  dropping.abort(reason);
  await expect(attempt).rejects.toBe(reason);
  await server.waitForCut(before + 1);
  const final = await stream.transcribe({ signal: new AbortController().signal });
  expect(final.text).toBe(SPEECH.transcript);
});

test('a body that breaks off is no transcript', () => {
  expect(() => readTranscript('{"text": "He', 'application/json')).toThrow(SyntaxError);
});
