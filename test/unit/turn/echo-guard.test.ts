import { describe, expect, test } from 'vitest';
import { EchoGuard } from '../../../src/turn/echo-guard.ts';
import {
  DEFAULTS,
  WINDOW,
  RATE_HZ,
  atLevel,
  createSpeechLike,
  listen,
  readVoice,
  shareOf,
  toEcho,
} from './echo-room.ts';
import type { Heard, Room } from './echo-room.ts';

const AGENT_DB = -20;
const LENGTH_MS = 20_000;
const ROOMS: readonly Room[] = [-30, -20, -10, 0].flatMap((gainDb) => [
  { gainDb, delayMs: 20, reverbMs: 0 },
  { gainDb, delayMs: 60, reverbMs: 200 },
  { gainDb, delayMs: 120, reverbMs: 300 },
  { gainDb, delayMs: 250, reverbMs: 400 },
]);
const recorded = { agent: readVoice('librivox'), user: readVoice('cards') };
const VOICES = [
  {
    name: 'made voices',
    agent: createSpeechLike(LENGTH_MS, 11),
    user: createSpeechLike(LENGTH_MS, 5),
  },
  ...(recorded.agent === null || recorded.user === null
    ? []
    : [{ name: 'recorded voices', agent: recorded.agent, user: recorded.user }]),
];

function repeated(pcm: Float32Array, samples: number): Float32Array {
  return new Float32Array(samples).map((_, index) => pcm[index % pcm.length] ?? 0);
}

function silence(lengthMs: number): Float32Array {
  return new Float32Array((lengthMs * RATE_HZ) / 1_000);
}

/** The same with this gain between the two times. */
function withGain(pcm: Float32Array, gain: number, span: { fromMs: number; toMs: number }) {
  const from = (span.fromMs * RATE_HZ) / 1_000;
  const to = (span.toMs * RATE_HZ) / 1_000;
  return pcm.map((sample, index) => (index >= from && index < to ? sample * gain : sample));
}

function learnedAtMs(heard: readonly Heard[]): number {
  return heard.find(({ state }) => state === 'learned')?.startMs ?? Infinity;
}

function notEcho(heard: readonly Heard[]): number {
  return shareOf(
    heard.filter(({ isEchoVoiced }) => isEchoVoiced),
    ({ verdict }) => verdict !== 'echo',
  );
}

function learned(rendered: Float32Array, room: Room) {
  const guard = new EchoGuard(DEFAULTS);
  const [shown, echo] = [rendered.subarray(0, 6 * RATE_HZ), toEcho(rendered, room)];
  listen(guard, { rendered: shown, echo, user: null });
  return { echo, record: guard.toRecord() };
}

/** The figures behind the limits below. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

describe.each(VOICES)('$name', ({ agent, user }) => {
  const rendered = atLevel(agent.slice(0, (LENGTH_MS / 1_000) * RATE_HZ), AGENT_DB);

  test.each(ROOMS)('echo at $gainDb dB, $delayMs ms late: learned, and explained', (room) => {
    const guard = new EchoGuard(DEFAULTS);
    const heard = listen(guard, { rendered, echo: toEcho(rendered, room), user: null });
    const atMs = learnedAtMs(heard);
    const before = heard.filter(({ startMs }) => startMs < atMs);
    const after = heard.filter(({ startMs }) => startMs >= atMs);
    print(
      `${room.gainDb} dB, ${room.delayMs} ms: learned after ${atMs} ms, not echo ${percent(notEcho(before))} before, ${percent(notEcho(after))} after`,
    );
    expect(atMs).toBeLessThanOrEqual(2_000);
    expect(notEcho(before)).toBe(0);
    expect(notEcho(after)).toBeLessThanOrEqual(0.03);
    expect(Math.abs(guard.coupling.delayMs - room.delayMs)).toBeLessThanOrEqual(24);
    expect(guard.coupling.confidence).toBeGreaterThan(0.75);
  });

  test.each([
    { overDb: 0, atLeast: 0.3 },
    { overDb: 5, atLeast: 0.55 },
    { overDb: 10, atLeast: 0.8 },
    { overDb: 15, atLeast: 0.9 },
  ])('a person $overDb dB over the echo is heard', ({ overDb, atLeast }) => {
    const shares = ROOMS.filter(({ delayMs }) => delayMs === 60).map((room) => {
      const { echo, record } = learned(rendered, room);
      const guard = new EchoGuard(DEFAULTS);
      guard.fromRecord(record);
      const echoDb = AGENT_DB + room.gainDb - 3;
      const voice = atLevel(repeated(user, rendered.length), echoDb + overDb);
      const heard = listen(guard, { rendered, echo, user: voice }).slice(0, 150);
      const both = heard.filter(({ isUserVoiced, isEchoVoiced }) => isUserVoiced && isEchoVoiced);
      return shareOf(both, ({ verdict }) => verdict === 'clear');
    });
    print(
      `person ${overDb} dB over the echo, clear at -30, -20, -10, 0 dB: ${shares.map(percent).join(', ')}`,
    );
    // A person as soft as an echo of -30 dB is hardly above the noise.
    for (const share of shares.slice(1)) expect(share).toBeGreaterThanOrEqual(atLeast);
  });

  test('a ducked and a held reply stay explained, and their echo ends with them', () => {
    const guard = new EchoGuard(DEFAULTS);
    const ducked = withGain(rendered, 10 ** (-15 / 20), { fromMs: 6_000, toMs: 9_000 });
    const played = withGain(ducked, 0, { fromMs: 12_000, toMs: 15_000 });
    const echo = toEcho(played, { gainDb: -10, delayMs: 120 });
    const heard = listen(guard, { rendered: played, echo, user: null });
    const known = heard.filter(({ startMs }) => startMs >= learnedAtMs(heard));
    expect(notEcho(known)).toBeLessThanOrEqual(0.03);
    const held = heard.filter(({ startMs }) => startMs > 12_800 && startMs < 15_000);
    expect(shareOf(held, ({ verdict }) => verdict === 'clear')).toBe(1);
  });

  test('a reply ducked so far that its echo drowns in noise is no sign of headphones', () => {
    const guard = new EchoGuard(DEFAULTS);
    const ducked = withGain(rendered, 10 ** (-15 / 20), { fromMs: 5_000, toMs: 11_000 });
    const echo = toEcho(ducked, { gainDb: -30, delayMs: 120 });
    const heard = listen(guard, { rendered: ducked, echo, user: null });
    const known = heard.filter(({ startMs }) => startMs > 4_000);
    expect(new Set(known.map(({ state }) => state))).toEqual(new Set(['learned']));
    expect(notEcho(known)).toBeLessThanOrEqual(0.03);
  });

  test('another loudness and another place are learned anew within seconds', () => {
    const guard = new EchoGuard(DEFAULTS);
    const quiet = toEcho(rendered, { gainDb: -25, delayMs: 60 });
    const loud = toEcho(rendered, { gainDb: -5, delayMs: 160 });
    const samples = 10 * RATE_HZ;
    const echo = quiet.map((sample, index) => (index < samples ? sample : (loud[index] ?? 0)));
    const heard = listen(guard, { rendered, echo, user: null });
    const late = heard.filter(({ startMs }) => startMs > 15_000);
    expect(notEcho(late)).toBeLessThanOrEqual(0.03);
    expect(Math.abs(guard.coupling.delayMs - 160)).toBeLessThanOrEqual(24);
  });

  test('headphones are found after two seconds, and the person alone does not hide them', () => {
    const guard = new EchoGuard(DEFAULTS);
    const none = silence((rendered.length * 1_000) / RATE_HZ);
    const voice = withGain(atLevel(repeated(user, rendered.length), -25), 0, {
      fromMs: 0,
      toMs: 5_000,
    });
    const heard = listen(guard, { rendered, echo: none, user: voice });
    const found = heard.find(({ state }) => state === 'none')?.startMs ?? Infinity;
    expect(found).toBeLessThanOrEqual(2_500);
    const after = heard.filter(({ startMs, isUserVoiced }) => startMs > 5_000 && isUserVoiced);
    const clear = shareOf(after, ({ verdict }) => verdict === 'clear');
    print(`headphones after ${found} ms; then ${percent(clear)} of the person's windows clear`);
    expect(clear).toBeGreaterThan(0.95);
    expect(heard.some(({ state }) => state === 'learned')).toBe(false);
  });

  test('headphones taken off are noticed within a second of echo', () => {
    const guard = new EchoGuard(DEFAULTS);
    const echo = withGain(toEcho(rendered, { gainDb: -10, delayMs: 100 }), 0, {
      fromMs: 0,
      toMs: 8_000,
    });
    const heard = listen(guard, { rendered, echo, user: null });
    expect(heard.find(({ startMs }) => startMs > 7_800)?.state).toBe('none');
    const wrong = heard.filter(
      ({ startMs, isEchoVoiced, verdict }) =>
        startMs > 8_000 && isEchoVoiced && verdict === 'clear',
    );
    const lastMs = wrong.at(-1)?.startMs ?? 0;
    print(`headphones off: ${wrong.length} windows wrong, the last after ${lastMs - 8_000} ms`);
    expect(wrong.filter(({ startMs }) => startMs < 10_000).length).toBeLessThanOrEqual(32);
    expect(notEcho(heard.filter(({ startMs }) => startMs > 10_000))).toBeLessThanOrEqual(0.03);
  });
});

test('until a coupling is learned, what exceeds the assumed one is suspect', () => {
  const guard = new EchoGuard(DEFAULTS);
  const reference = (atMs: number) => guard.handleReference(atMs, -20);
  for (let atMs = 0; atMs < 64; atMs += 8) reference(atMs);
  const loud = new Float32Array(WINDOW).fill(0.2);
  const soft = new Float32Array(WINDOW).fill(0.05);
  expect(guard.handleWindow({ startMs: 0, pcm: soft })).toBe('echo');
  expect(guard.handleWindow({ startMs: 32, pcm: loud })).toBe('suspect');
});

test('an agent that is silent for longer than delay and room explains nothing', () => {
  const guard = new EchoGuard(DEFAULTS);
  const pcm = new Float32Array(WINDOW).fill(0.05);
  expect(guard.handleWindow({ startMs: 0, pcm })).toBe('clear');
  guard.handleReference(32, -20);
  expect(guard.handleWindow({ startMs: 32, pcm })).toBe('echo');
  const verdicts = Array.from({ length: 40 }, (_, index) =>
    guard.handleWindow({ startMs: 64 + index * 32, pcm }),
  );
  expect(verdicts[10]).toBe('echo');
  expect(verdicts.slice(-20)).toEqual(Array.from({ length: 20 }, () => 'clear'));
});

test('a record brings the coupling back at once; one that cannot be true is ignored', () => {
  const guard = new EchoGuard(DEFAULTS);
  guard.fromRecord({ state: 'learned', gainDb: -12.5, delayMs: 120 });
  expect(guard.coupling).toEqual({ state: 'learned', gainDb: -12.5, delayMs: 120, confidence: 0 });
  expect(guard.toRecord()).toEqual({ state: 'learned', gainDb: -12.5, delayMs: 120 });
  const unknown = { state: 'unknown', gainDb: 0, delayMs: 0 };
  for (const record of [
    { state: 'learned', gainDb: Number.NaN, delayMs: 120 },
    { state: 'learned', gainDb: -12, delayMs: 900 },
    { state: 'learned', gainDb: -12, delayMs: -8 },
  ] as const) {
    guard.fromRecord(record);
    expect(guard.toRecord()).toEqual(unknown);
  }
  guard.fromRecord({ state: 'none', gainDb: 0, delayMs: 0 });
  guard.reset();
  expect(guard.toRecord()).toEqual(unknown);
});

test('the reference of a busy thread may come late and at once', () => {
  const rendered = atLevel(createSpeechLike(6_000, 4), AGENT_DB);
  const echo = toEcho(rendered, { gainDb: -10, delayMs: 200 });
  const guard = new EchoGuard(DEFAULTS);
  const heard = listen(guard, { rendered, echo, user: null, referenceBlockMs: 96 });
  expect(guard.coupling.state).toBe('learned');
  expect(notEcho(heard)).toBeLessThanOrEqual(0.03);
});
