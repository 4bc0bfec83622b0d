// The client of speech endpoints against a real server of this machine that misbehaves.
import { afterAll, describe, expect, test } from 'vitest';
import { OpenAiSpeech } from '../../../src/engines/openai-speech.ts';
import type { OpenAiSpeechOptions } from '../../../src/engines/openai-speech.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { startAudioServer } from '../../support/audio-server.ts';

const server = await startAudioServer();
afterAll(() => server.close());

const TEXT = 'Good morning to you all.';
/** A tone of 60 ms per character between two silences of 200 ms, at 24 kHz. */
const WHOLE_SAMPLES = (TEXT.length * 60 + 400) * 24;

interface Outcome {
  readonly samples: number;
  readonly pieces: number;
  readonly error: unknown;
}

async function say(
  model: string,
  options: Partial<OpenAiSpeechOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  const speech = new OpenAiSpeech({
    baseUrl: server.baseUrl,
    model,
    retry: { baseDelayMs: 1 },
    ...options,
  });
  let samples = 0;
  let pieces = 0;
  let error: unknown = null;
  try {
    for await (const pcm of speech.speak({ text: TEXT, voice: 'alloy', speed: 1, signal })) {
      samples += pcm.length;
      pieces += 1;
    }
  } catch (thrown) {
    error = thrown;
  }
  return { samples, pieces, error };
}

const requestsTo = (model: string) =>
  server.requests.filter(({ fields }) => fields['model'] === model);

/** Lets time pass on the clock until the promise settles, with room for the network in between. */
async function passTimeUntil<T>(promise: Promise<T>, clock: ManualClock): Promise<T> {
  const isSettled = { now: false };
  void promise.finally(() => (isSettled.now = true));
  while (!isSettled.now) await clock.advance(500);
  return promise;
}

describe('speech', () => {
  test('comes in pieces, all of it', async () => {
    const { samples, pieces, error } = await say('tone');
    expect(error).toBeNull();
    expect(samples).toBe(WHOLE_SAMPLES);
    expect(pieces).toBeGreaterThan(1);
  });

  test('at another rate is brought to 24 kHz', async () => {
    const { samples, error } = await say('other-rate');
    expect(error).toBeNull();
    expect(Math.abs(samples - WHOLE_SAMPLES)).toBeLessThan(24);
  });

  test('is asked for with text, voice, format and token', async () => {
    await say('asked', {
      format: 'pcm',
      getToken: () => Promise.resolve('secret-token'),
      headers: { 'x-app': 'parley' },
    });
    const { path, headers, fields } = requestsTo('asked').at(-1)!;
    expect(path).toBe('/v1/audio/speech');
    expect(headers).toMatchObject({ authorization: 'Bearer secret-token', 'x-app': 'parley' });
    expect(fields).toEqual({
      model: 'asked',
      input: TEXT,
      voice: 'alloy',
      response_format: 'pcm',
    });
  });

  test('after a 401 another token is asked for', async () => {
    let tokens = 0;
    const getToken = () => Promise.resolve(`token-${(tokens += 1)}`);
    expect((await say('expired', { getToken })).samples).toBe(WHOLE_SAMPLES);
    expect(tokens).toBe(2);
  });
});

describe('before the first sample a passing fault is tried again', () => {
  test.each(['busy-once', 'broken-once', 'reset-first', 'empty-once'])('%s', async (model) => {
    const { samples, error } = await say(model);
    expect(error).toBeNull();
    expect(samples).toBe(WHOLE_SAMPLES);
    expect(requestsTo(model)).toHaveLength(2);
  });

  test('until it is enough', async () => {
    expect((await say('broken')).error).toMatchObject({
      code: 'tts-request-failed',
      retryable: true,
      details: { status: 500, reason: 'oops', url: `${server.baseUrl}/audio/speech` },
    });
    expect(requestsTo('broken')).toHaveLength(3);
  });
});

describe('what is no speech is final', () => {
  test.each([
    ['html-ok', /a web page, not with audio/u],
    ['mpeg', /audio\/mpeg, not with audio/u],
    ['half-json', /application\/json, not with audio/u],
    ['no-wav', /what is no WAV file/u],
    ['missing', /No such model/u],
  ])('%s', async (model, message) => {
    const { error } = await say(model);
    expect(error).toMatchObject({ code: 'tts-request-failed', retryable: false });
    expect(String(error)).toMatch(message);
    expect(requestsTo(model)).toHaveLength(1);
  });
});

describe('after the first sample nothing is said twice', () => {
  test.each(['cut', 'short'])('%s', async (model) => {
    const { samples, error } = await say(model);
    expect(samples).toBeGreaterThan(0);
    expect(samples).toBeLessThan(WHOLE_SAMPLES * 0.6);
    expect(error).toMatchObject({ code: 'tts-request-failed', retryable: true });
    expect(requestsTo(model)).toHaveLength(1);
  });
});

describe('silence', () => {
  test.each([
    ['stall-headers', 10_000],
    ['stall-later', 5_000],
  ])('%s', async (model, waitedMs) => {
    const clock = new ManualClock();
    const before = server.cutByClient;
    const { error } = await passTimeUntil(say(model, { clock }), clock);
    expect(error).toMatchObject({ code: 'tts-request-failed' });
    expect(String(error)).toContain(`sent nothing for ${waitedMs} ms`);
    await server.waitForCut(before + 1);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('an abort rejects with its reason and closes the connection', async () => {
  const before = server.cutByClient;
  const controller = new AbortController();
  const reason = new Error('enough');
  const outcome = say('stall-later', {}, controller.signal);
  while (requestsTo('stall-later').length < 2)
    await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  expect((await outcome).error).toBe(reason);
  await server.waitForCut(before + 1);
});
