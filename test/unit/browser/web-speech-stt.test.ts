// The browser's own recogniser over a service that does as it is told: no browser of the tests has the real one.
import { expect, test } from 'vitest';
import type { PartialTranscript, SttStream } from '../../../src/core/contracts/speech-to-text.ts';
import { createWebSpeechStt } from '../../../src/browser/web-speech-stt.ts';
import type { WebSpeech } from '../../../src/browser/web-speech-stt.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const never = new AbortController().signal;
const SECOND = new Float32Array(16_000);

class Service extends EventTarget implements WebSpeech {
  lang = '';
  continuous = false;
  interimResults = false;
  state: 'new' | 'started' | 'aborted' = 'new';

  start(): void {
    this.state = 'started';
  }

  abort(): void {
    this.state = 'aborted';
  }

  /** Texts with a full stop are final. */
  hears(...texts: readonly string[]): void {
    const results = texts.map((transcript) =>
      Object.assign([{ transcript }], { isFinal: transcript.endsWith('.') }),
    );
    this.dispatchEvent(Object.assign(new Event('result'), { results }));
  }

  fails(error: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { error }));
    this.dispatchEvent(new Event('end'));
  }
}

function createRig() {
  const clock = new ManualClock();
  const services: Service[] = [];
  const feed = { endsMs: 0, isClosed: false, isDisposed: false };
  const engine = createWebSpeechStt({
    clock,
    createWebSpeech: () => {
      services.push(new Service());
      return services.at(-1)!;
    },
    createTrack: () => ({
      track: {} as MediaStreamTrack,
      get waitingMs() {
        return Math.max(0, feed.endsMs - clock.nowMs());
      },
      push: (pcm) => (feed.endsMs = Math.max(feed.endsMs, clock.nowMs()) + pcm.length / 16),
      close: () => (feed.isClosed = true),
    }),
    onDispose: () => (feed.isDisposed = true),
  });
  const partials: PartialTranscript[] = [];
  const open = (signal = never): SttStream =>
    engine.open({ language: 'en-GB', onPartial: (partial) => partials.push(partial), signal });
  /** What is transcribed, and after how long. */
  const finish = async (stream: SttStream) => {
    const startMs = clock.nowMs();
    const done = stream.transcribe({ signal: never }).then((final) => ({
      ...final,
      afterMs: clock.nowMs() - startMs,
    }));
    done.catch(() => undefined);
    await clock.advance(10_000);
    return done;
  };
  return { clock, services, feed, engine, partials, open, finish };
}

test('it says that audio leaves the device, and is refused where the browser has none', () => {
  const { engine } = createRig();
  expect(engine.info).toMatchObject({ name: 'web-speech', backend: 'remote' });
  const options = { clock: new ManualClock(), createTrack: () => null as never };
  expect(() =>
    createWebSpeechStt({ ...options, createWebSpeech: null, onDispose: () => undefined }),
  ).toThrow(expect.objectContaining({ code: 'unsupported' }));
});

test('partial texts come as they are heard, with what is final as stable', async () => {
  const { services, open, partials } = createRig();
  const stream = open();
  expect(services).toEqual([]);
  stream.push(SECOND);
  const [service] = services;
  expect(service).toMatchObject({ lang: 'en-GB', continuous: true, interimResults: true });
  service!.hears('Good');
  service!.hears('Good morning.', 'how');
  expect(partials.map(({ text, stableText }) => [text, stableText])).toEqual([
    ['Good', ''],
    ['Good morning. how', 'Good morning.'],
  ]);
});

test('a final text comes as soon as the service is sure and all was heard', async () => {
  const { clock, services, open, finish } = createRig();
  const stream = open();
  stream.push(SECOND);
  await clock.advance(1_000);
  services[0]!.hears('Good morning.');
  const { text, isTimedOut, afterMs, endMs } = await finish(stream);
  expect([text, isTimedOut, endMs]).toEqual(['Good morning.', false, 1_000]);
  // The silence that the service is given to be sure.
  expect(afterMs).toBeGreaterThanOrEqual(600);
  expect(afterMs).toBeLessThan(700);
});

test('where it does not say that it is sure, half a second without a change is enough', async () => {
  const { clock, services, open, finish } = createRig();
  const stream = open();
  stream.push(SECOND);
  const done = finish(stream);
  services[0]!.hears('Good');
  const { text, afterMs } = await done;
  expect(text).toBe('Good');
  expect(afterMs).toBeLessThan(1_700);
  expect(clock.nowMs()).toBe(10_000);
});

test('a stream goes on after a final, and nothing new is answered at once', async () => {
  const { services, open, finish } = createRig();
  const stream = open();
  stream.push(SECOND);
  services[0]!.hears('Good morning.');
  await finish(stream);
  expect((await finish(stream)).afterMs).toBe(0);
  stream.push(SECOND);
  services[0]!.hears('Good morning.', 'How are you.');
  expect((await finish(stream)).text).toBe('Good morning. How are you.');
  expect(services).toHaveLength(1);
});

test('a session that the service ends is followed by another, and its words stay', async () => {
  const { services, open, finish, partials } = createRig();
  const stream = open();
  stream.push(SECOND);
  services[0]!.hears('Good morning');
  services[0]!.fails('no-speech');
  stream.push(SECOND);
  expect(services).toHaveLength(2);
  services[0]!.hears('too late');
  services[1]!.hears('how are you.');
  expect(partials.at(-1)).toMatchObject({ text: 'Good morning how are you.' });
  expect((await finish(stream)).text).toBe('Good morning how are you.');
});

test('what the service fails with is told, with what to do', async () => {
  const { services, open, finish } = createRig();
  const stream = open();
  stream.push(SECOND);
  services[0]!.fails('not-allowed');
  await expect(finish(stream)).rejects.toMatchObject({
    code: 'stt-request-failed',
    retryable: false,
    details: { reason: 'not-allowed' },
  });
});

test('closing ends the session and the track; a pending transcript rejects', async () => {
  const { services, feed, open, engine } = createRig();
  const stream = open();
  stream.push(SECOND);
  const pending = stream.transcribe({ signal: never });
  stream.close();
  await expect(pending).rejects.toMatchObject({ code: 'disposed' });
  expect([services[0]!.state, feed.isClosed]).toEqual(['aborted', true]);
  stream.push(SECOND);
  expect(services).toHaveLength(1);
  await engine.dispose();
  expect(feed.isDisposed).toBe(true);
});

test('nothing said is no text', async () => {
  const { open, finish, services } = createRig();
  expect(await finish(open())).toMatchObject({ text: '', isTimedOut: false, afterMs: 0 });
  expect(services).toEqual([]);
});

test('a language that nobody named is refused: the service wants to be told', () => {
  const { engine } = createRig();
  const open = () =>
    engine.open({
      language: 'und',
      onPartial: () => undefined,
      signal: new AbortController().signal,
    });
  expect(open).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
