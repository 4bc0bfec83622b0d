// What the microphone says when it is refused, missing, overtaken or lost.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Microphone } from '../../../src/audio/microphone.ts';
import type { MicrophoneEvent } from '../../../src/audio/microphone.ts';
import { toMicrophoneError } from '../../../src/audio/microphone-errors.ts';

let context: AudioContext;
let target: GainNode;

beforeEach(() => {
  context = new AudioContext();
  target = new GainNode(context);
});
afterEach(() => context.close());

function createMicrophone(open: () => Promise<MediaStream>): {
  microphone: Microphone;
  events: MicrophoneEvent[];
} {
  const mediaDevices = { getUserMedia: open } as unknown as MediaDevices;
  const microphone = new Microphone(context, { target, mediaDevices });
  const events: MicrophoneEvent[] = [];
  microphone.on((event) => events.push(event));
  return { microphone, events };
}

const createStream = (): MediaStream => context.createMediaStreamDestination().stream;

test.each([
  ['NotAllowedError', false, 'microphone-denied', { reason: 'user' }],
  ['NotAllowedError', true, 'microphone-denied', { reason: 'policy' }],
  ['SecurityError', false, 'microphone-denied', { reason: 'policy' }],
  ['NotFoundError', false, 'microphone-missing', { deviceId: 'usb' }],
  ['OverconstrainedError', false, 'microphone-missing', { deviceId: 'usb' }],
  ['NotReadableError', false, 'microphone-busy', { deviceId: 'usb' }],
  ['AbortError', false, 'microphone-busy', { deviceId: 'usb' }],
  ['TypeError', false, 'microphone-busy', { deviceId: 'usb' }],
])('%s, policy %s, becomes %s', (...[name, isBlockedByPolicy, code, details]) => {
  const error = toMicrophoneError(new DOMException('no', name), {
    deviceId: 'usb',
    isBlockedByPolicy,
  });
  expect(error).toMatchObject({ code, details });
});

test('a refusal rejects and leaves the microphone off', async () => {
  const { microphone, events } = createMicrophone(() =>
    Promise.reject(new DOMException('no', 'NotAllowedError')),
  );
  await expect(microphone.start()).rejects.toMatchObject({
    code: 'microphone-denied',
    details: { reason: 'user' },
  });
  expect([microphone.state, events]).toEqual(['off', []]);
});

test('a microphone that arrives after the abort is closed at once', async () => {
  const stream = createStream();
  let answer: (stream: MediaStream) => void = () => undefined;
  const { microphone } = createMicrophone(() => new Promise((resolve) => (answer = resolve)));
  const controller = new AbortController();
  const reason = new Error('enough');
  const started = microphone.start({ signal: controller.signal });
  controller.abort(reason);
  await expect(started).rejects.toBe(reason);
  answer(stream);
  await expect.poll(() => stream.getAudioTracks()[0]?.readyState).toBe('ended');
  expect(microphone.state).toBe('off');
});

test('a later start overtakes an earlier one, and stop overtakes both', async () => {
  const answers: ((stream: MediaStream) => void)[] = [];
  const { microphone } = createMicrophone(() => new Promise((resolve) => answers.push(resolve)));
  const first = microphone.start();
  const second = microphone.start();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  answers[1]?.(createStream());
  await second;
  expect(microphone.state).toBe('live');
  const third = microphone.start();
  microphone.stop();
  await expect(third).rejects.toMatchObject({ name: 'AbortError' });
  expect(microphone.state).toBe('off');
});

test('a track that ends is a loss, told once; a system mute is told too', async () => {
  const stream = createStream();
  const { microphone, events } = createMicrophone(() => Promise.resolve(stream));
  await microphone.start();
  const [track] = stream.getAudioTracks();
  track?.dispatchEvent(new Event('mute'));
  track?.dispatchEvent(new Event('unmute'));
  track?.dispatchEvent(new Event('ended'));
  track?.dispatchEvent(new Event('ended'));
  expect(microphone.state).toBe('off');
  expect(events).toEqual([
    { type: 'state-change', state: 'live' },
    { type: 'system-mute', isMuted: true },
    { type: 'system-mute', isMuted: false },
    { type: 'state-change', state: 'off' },
    { type: 'error', error: expect.objectContaining({ code: 'microphone-lost' }) as unknown },
  ]);
});

test('stays muted when the device is changed, and never stops a foreign track', async () => {
  const own = [createStream(), createStream()];
  let next = 0;
  const { microphone } = createMicrophone(() => Promise.resolve(own[next++]!));
  await microphone.start();
  await microphone.setMuted(true);
  await microphone.start({ deviceId: 'other' });
  expect(microphone.state).toBe('muted');
  expect(own.map((stream) => stream.getAudioTracks()[0]?.readyState)).toEqual(['ended', 'live']);
  expect(own[1]?.getAudioTracks()[0]?.enabled).toBe(false);
  const foreign = createStream();
  microphone.attachSource(foreign);
  expect(microphone.state).toBe('live');
  await microphone.setMuted(true);
  expect(foreign.getAudioTracks()[0]?.enabled).toBe(true);
  microphone.stop();
  expect(foreign.getAudioTracks()[0]?.readyState).toBe('live');
});
