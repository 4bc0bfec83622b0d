// The system's voices over a stand-in that speaks as it is told to: no browser of the tests has real ones.
import { describe, expect, test } from 'vitest';
import { createWebSpeechTts } from '../../../src/browser/web-speech-tts.ts';
import type { SystemUtterance, WebSpeechTtsOptions } from '../../../src/browser/web-speech-tts.ts';
import type { TtsChunk, TtsEngine } from '../../../src/core/contracts/text-to-speech.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { StandInUtterance } from '../../support/speech-stand-ins.ts';

const never = new AbortController().signal;
const TEXT = 'The capital of France is Paris.';

const voiceOf = (name: string, lang: string, more = {}) => ({
  ...{ voiceURI: name, name, lang, localService: true, default: false, ...more },
});
const ANNA = voiceOf('Anna', 'de_DE');
const SAM = voiceOf('Sam', 'en-US');
const KATE = voiceOf('Kate', 'en-GB', { default: true });
const CLOUD = voiceOf('Cloud', 'fr-FR', { localService: false });

class System extends EventTarget {
  voices = [ANNA, SAM, KATE, CLOUD];
  readonly spoken: StandInUtterance[] = [];
  cancelled = 0;

  getVoices() {
    return this.voices;
  }

  speak(utterance: SystemUtterance): void {
    if (utterance instanceof StandInUtterance) this.spoken.push(utterance);
  }

  cancel(): void {
    this.cancelled += 1;
  }
}

async function createRig(options: Partial<WebSpeechTtsOptions> = {}) {
  const clock = new ManualClock();
  const system = new System();
  const creating = createWebSpeechTts({
    ...{ clock, system, voices: 'device', language: 'en', signal: never, ...options },
    createUtterance: (text) => new StandInUtterance(text),
  });
  creating.catch(() => undefined);
  await clock.advance(3_000);
  return { clock, system, engine: await creating };
}

/** Takes chunks as they come. */
function say(engine: TtsEngine, options: { voice?: string; signal?: AbortSignal } = {}) {
  const played = createDeferred();
  const chunks: TtsChunk[] = [];
  const end: { error?: unknown; isOver: boolean } = { isOver: false };
  const { voice = null, signal = never } = options;
  const request = { text: TEXT, voice, speed: 1, signal, played: played.promise };
  const read = async (): Promise<void> => {
    for await (const chunk of engine.synthesize(request)) chunks.push(chunk);
  };
  void read()
    .catch((error: unknown) => (end.error = error))
    .finally(() => (end.isOver = true));
  const lengthMs = () => chunks.reduce((sum, { pcm }) => sum + pcm.length / 48, 0);
  const saidTo = () => TEXT.slice(0, chunks.at(-1)?.span.end ?? 0);
  return { played, chunks, end, lengthMs, saidTo };
}

describe('a voice of the system', () => {
  test('speaks when its turn has come, and gives silence that lasts as long', async () => {
    const { clock, system, engine } = await createRig();
    expect(engine).toMatchObject({
      playsItself: true,
      info: { name: 'web-speech', backend: 'js' },
    });
    const { played, chunks, end, lengthMs, saidTo } = say(engine);
    await clock.advance(10_000);
    expect(system.spoken).toEqual([]);
    expect(lengthMs()).toBe(250);
    played.resolve();
    await clock.advance(0);
    const [utterance] = system.spoken;
    expect(utterance).toMatchObject({ text: TEXT, voice: KATE, lang: 'en-GB', rate: 1 });
    utterance!.tell('start');
    utterance!.tell('boundary', { name: 'word', charIndex: 'The capital '.length });
    await clock.advance(1_000);
    expect(saidTo()).toBe('The capital ');
    expect(lengthMs()).toBe(1_250);
    utterance!.tell('end');
    await clock.advance(100);
    expect(end).toEqual({ isOver: true });
    expect(saidTo()).toBe(TEXT);
    expect(chunks.every(({ pcm }) => pcm.every((sample) => sample === 0))).toBe(true);
    expect(system.cancelled).toBe(0);
  });

  test('that does not tell how far it is has that estimated, in whole words', async () => {
    const { clock, system, engine } = await createRig();
    const { played, saidTo } = say(engine);
    played.resolve();
    await clock.advance(100);
    expect(saidTo()).toBe('');
    system.spoken[0]!.tell('start');
    await clock.advance(15 * 65 + 60);
    expect(saidTo()).toBe('The capital of');
  });

  test('is silent at once when it is cut off, also before its turn', async () => {
    const { clock, system, engine } = await createRig();
    const cutting = new AbortController();
    const { played, end } = say(engine, { signal: cutting.signal });
    played.resolve();
    await clock.advance(500);
    system.spoken[0]!.tell('start');
    cutting.abort(new Error('enough'));
    await clock.advance(0);
    expect(system.cancelled).toBe(1);
    expect(end).toMatchObject({ isOver: true, error: { message: 'enough' } });

    const dropping = new AbortController();
    const unheard = say(engine, { signal: dropping.signal });
    await clock.advance(10);
    dropping.abort(new Error('dropped'));
    await clock.advance(0);
    expect(unheard.end).toMatchObject({ error: { message: 'dropped' } });
    expect([system.spoken.length, system.cancelled]).toEqual([1, 1]);
  });

  test('that fails, does not begin or does not end is told', async () => {
    const { clock, system, engine } = await createRig();
    const refused = say(engine);
    refused.played.resolve();
    await clock.advance(10);
    system.spoken[0]!.tell('error', { error: 'not-allowed' });
    await clock.advance(60);
    const reason = (error: unknown) => (error as { details: { reason: string } }).details.reason;
    expect(refused.end.error).toMatchObject({ code: 'synthesis-failed', retryable: true });
    expect(reason(refused.end.error)).toBe('not-allowed');

    const silent = say(engine);
    silent.played.resolve();
    await clock.advance(6_000);
    expect(reason(silent.end.error)).toContain('does not begin');

    const endless = say(engine);
    endless.played.resolve();
    await clock.advance(10);
    system.spoken.at(-1)!.tell('start');
    await clock.advance(60_000);
    expect(reason(endless.end.error)).toBe('it does not end');
    expect(system.cancelled).toBe(3);
  });

  test('is the one that is asked for; a request that cannot be met is refused', async () => {
    const { clock, system, engine } = await createRig();
    expect(engine.voices).toEqual([
      { id: 'Anna', name: 'Anna', language: 'de-DE' },
      { id: 'Sam', name: 'Sam', language: 'en-US' },
      { id: 'Kate', name: 'Kate', language: 'en-GB' },
    ]);
    say(engine, { voice: 'Sam' }).played.resolve();
    await clock.advance(10);
    expect(system.spoken[0]).toMatchObject({ voice: SAM });
    const request = { text: TEXT, voice: null, speed: 1, signal: never };
    expect(() => engine.synthesize(request)).toThrow('request.played');
    const played = Promise.resolve();
    expect(() => engine.synthesize({ ...request, played, speed: 3 })).toThrow('request.speed');
    expect(() => engine.synthesize({ ...request, played, voice: 'Cloud' })).toThrow('no voice');
  });

  test('is chosen by language: of the region first', async () => {
    for (const [language, name] of [
      ['en-US', 'Sam'],
      ['en-AU', 'Kate'],
      ['de', 'Anna'],
    ] as const) {
      const { clock, system, engine } = await createRig({ language });
      say(engine).played.resolve();
      await clock.advance(10);
      expect(system.spoken[0]).toMatchObject({ voice: { name } });
    }
  });

  test('that sends what is said elsewhere is taken only where that is allowed', async () => {
    await expect(createRig({ language: 'fr' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining("voices: 'all'") as string,
    });
    const { engine } = await createRig({ language: 'fr', voices: 'all' });
    expect(engine.info.backend).toBe('remote');
  });

  test('may be named a while after the first question; without one it is said', async () => {
    const system = new System();
    system.voices = [];
    const clock = new ManualClock();
    setTimeout(() => {
      system.voices = [KATE];
      system.dispatchEvent(new Event('voiceschanged'));
    }, 0);
    const options = { clock, voices: 'device', language: 'en', signal: never } as const;
    const createUtterance = (text: string) => new StandInUtterance(text);
    const engine = await createWebSpeechTts({ ...options, system, createUtterance });
    expect(engine.voices).toHaveLength(1);
    await expect(createRig({ system: null })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(createRig({ language: 'it' })).rejects.toThrow('no voice for "it"');
  });
});

test('the language of a request chooses the voice, where the named one lacks it', async () => {
  const { system, engine, clock } = await createRig({ language: 'und' });
  const speak = async (request: { voice: string | null; language?: string }) => {
    const made = engine.synthesize({
      ...{ text: TEXT, speed: 1, signal: never, played: Promise.resolve(), ...request },
    });
    const chunks = made[Symbol.asyncIterator]();
    await chunks.next();
    void chunks.next();
    await clock.advance(10);
    return system.spoken.at(-1)?.voice?.name;
  };
  expect(await speak({ voice: null })).toBe('Kate');
  expect(await speak({ voice: null, language: 'de' })).toBe('Anna');
  expect(await speak({ voice: 'Sam', language: 'de' })).toBe('Anna');
  expect(await speak({ voice: 'Sam', language: 'en-GB' })).toBe('Sam');
  await expect(speak({ voice: null, language: 'ja' })).rejects.toMatchObject({
    code: 'unsupported',
  });
});
