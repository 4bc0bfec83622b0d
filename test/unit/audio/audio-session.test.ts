import { expect, test } from 'vitest';
import { AudioSession } from '../../../src/audio/audio-session.ts';

/** A context and a clock that go only when told. */
class FakeContext extends EventTarget {
  state = 'suspended';
  currentTime = 0;
  baseLatency = 0.01;
  outputLatency: number | undefined = 0.03;
  mayStart = true;
  resumeCalls = 0;

  async resume(): Promise<void> {
    this.resumeCalls += 1;
    if (!this.mayStart) await new Promise(() => undefined);
    this.change('running');
  }

  async close(): Promise<void> {
    this.change('closed');
  }

  change(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

function createRig(state = 'running'): {
  context: FakeContext;
  session: AudioSession;
  states: string[];
  pass: (lengthMs: number, renderedMs: number) => void;
} {
  const context = new FakeContext();
  context.state = state;
  const timers = new Map<() => void, number>();
  let nowMs = 0;
  const session = new AudioSession({
    createContext: () => context as unknown as AudioContext,
    clock: {
      nowMs: () => nowMs,
      schedule(callback, delayMs) {
        timers.set(callback, nowMs + delayMs);
        return () => timers.delete(callback);
      },
    },
  });
  const states: string[] = [];
  session.onStateChange((next) => states.push(next));
  const pass = (lengthMs: number, renderedMs: number): void => {
    nowMs += lengthMs;
    context.currentTime += renderedMs / 1000;
    for (const [callback, dueMs] of [...timers]) {
      if (dueMs > nowMs) continue;
      timers.delete(callback);
      callback();
    }
  };
  return { context, session, states, pass };
}

test('says that it needs a gesture, and runs after one', async () => {
  const { context, session, states } = createRig('suspended');
  expect(session.state).toBe('needs-gesture');
  const page = new EventTarget();
  session.attachGestures(page);
  page.dispatchEvent(new Event('keydown'));
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(states).toEqual(['running']);
  page.dispatchEvent(new Event('pointerdown'));
  expect(context.resumeCalls).toBe(1);
});

test('a resume without a gesture resolves all the same, still in need of one', async () => {
  const { context, session, pass } = createRig('suspended');
  context.mayStart = false;
  const resumed = session.resume();
  pass(1_000, 0);
  expect(await resumed).toBe('needs-gesture');
});

test('leaves an interrupted context alone', async () => {
  const { context, session, states } = createRig();
  context.change('interrupted');
  expect(await session.resume()).toBe('interrupted');
  expect(context.resumeCalls).toBe(0);
  context.change('running');
  expect(states).toEqual(['interrupted', 'running']);
});

test('trusts rendered frames, not the state: a frozen clock is a stall after one second', () => {
  const { states, pass } = createRig();
  pass(500, 500);
  pass(500, 10);
  expect(states).toEqual([]);
  pass(500, 0);
  expect(states).toEqual(['stalled']);
  pass(500, 480);
  expect(states).toEqual(['stalled', 'running']);
});

test('a page that was frozen itself proves nothing', () => {
  const { states, pass } = createRig();
  pass(60_000, 20);
  pass(500, 500);
  expect(states).toEqual([]);
});

test('knows its latency, also where the browser tells half of it', () => {
  const { context, session } = createRig();
  expect(session.latency).toEqual({ baseMs: 10, outputMs: 30 });
  context.outputLatency = undefined;
  expect(session.latency).toEqual({ baseMs: 10, outputMs: 0 });
});

test('closes once, and checks no more', async () => {
  const { session, states, pass } = createRig();
  await session.close();
  await session.close();
  pass(500, 0);
  pass(2_000, 0);
  expect(states).toEqual(['closed']);
  expect(session.state).toBe('closed');
});

test('a browser without audio output is a typed error', () => {
  expect(
    () =>
      new AudioSession({
        createContext: () => {
          throw new Error('no device');
        },
      }),
  ).toThrow(
    expect.objectContaining({ code: 'audio-unavailable', details: { reason: 'no device' } }),
  );
});
