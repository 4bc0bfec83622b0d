import { expose } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import { createAbortReason } from '../../../src/core/abort.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { WorkerEndOfTurn } from '../../../src/engines/worker-end-of-turn.ts';
import { installTransferHandlers } from '../../../src/rpc/transfer-handlers.ts';
import { FakeEndOfTurn } from '../../../src/testing/fake-end-of-turn.ts';
import type { FakeEndOfTurnOptions } from '../../../src/testing/fake-end-of-turn.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { EndOfTurnServiceHost } from '../../../src/engines/end-of-turn-host.ts';
import { silence } from '../../support/recordings.ts';

const { signal } = new AbortController();
const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** The engine as the turn worker has it, and workers to put behind it. */
function createRig() {
  installTransferHandlers();
  const clock = new ManualClock();
  const { info } = new FakeEndOfTurn();
  const engine = new WorkerEndOfTurn({ loaded: { info, voices: [], languages: ['*'] }, clock });
  const startWorker = (options: FakeEndOfTurnOptions = {}): FakeEndOfTurn => {
    const fake = new FakeEndOfTurn(options);
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    expose(new EndOfTurnServiceHost(fake), port1);
    engine.attach(port2);
    return fake;
  };
  return { clock, engine, startWorker };
}

const lost = (): VoiceAgentError =>
  new VoiceAgentError('worker-crashed', 'It crashed.', {
    details: { worker: 'end-of-turn', reason: 'test' },
    retryable: true,
  });

/** Messages to a port and back. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await nextMacrotask();
}

test('an answer comes through, and no more than the window goes there', async () => {
  const { engine, startWorker } = createRig();
  const fake = startWorker({ probabilities: [0.3, 0.9], windowSamples: 200_000 });
  const long = silence(9_000);
  expect(await engine.predict(silence(500), { signal })).toBe(0.3);
  expect(await engine.predict(long, { signal })).toBe(0.9);
  expect(fake.heardSamples).toEqual([8_000, 128_000]);
  expect(long.length).toBe(144_000);
});

test("an error of the engine keeps its code, and an abort its signal's reason", async () => {
  const { clock, engine, startWorker } = createRig();
  const fake = startWorker({ failsOn: (call) => call === 0, latency: { clock, ms: 100 } });
  const failing = engine.predict(silence(100), { signal });
  failing.catch(() => undefined);
  await settle();
  await clock.advance(100);
  await expect(failing).rejects.toMatchObject({ code: 'worker-crashed', retryable: true });

  const controller = new AbortController();
  const aborted = engine.predict(silence(100), { signal: controller.signal });
  const next = engine.predict(silence(200), { signal });
  await settle();
  const reason = createAbortReason('The person went on speaking.');
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  // The work of the aborted call was ended: the next one is let in at once, not 100 ms later.
  await settle();
  expect(fake.heardSamples).toEqual([1_600, 1_600, 3_200]);
  await clock.advance(100);
  expect(await next).toBe(0.95);
  await expect(engine.predict(silence(100), { signal: controller.signal })).rejects.toBe(reason);
});

describe('a worker that is lost', () => {
  test('rejects what was pending; a later call waits for its successor', async () => {
    const { clock, engine, startWorker } = createRig();
    startWorker({ latency: { clock, ms: 100 } });
    const pending = engine.predict(silence(100), { signal });
    pending.catch(() => undefined);
    await settle();
    engine.detach(lost());
    await expect(pending).rejects.toMatchObject({ code: 'worker-crashed' });
    const later = engine.predict(silence(100), { signal });
    await clock.advance(1_900);
    startWorker({ probabilities: [0.6] });
    expect(await later).toBe(0.6);
  });

  test('a call waits two seconds at most, and is not made afterwards', async () => {
    const { clock, engine, startWorker } = createRig();
    const early = engine.predict(silence(100), { signal });
    early.catch(() => undefined);
    await clock.advance(2_000);
    await expect(early).rejects.toMatchObject({
      code: 'worker-timeout',
      details: { worker: 'end-of-turn', waitedMs: 2_000 },
    });
    const successor = startWorker();
    await settle();
    expect(successor.heardSamples).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('more than eight that wait: the oldest gives way', async () => {
    const { engine, startWorker } = createRig();
    const calls = Array.from({ length: 9 }, () => engine.predict(silence(100), { signal }));
    await expect(calls[0]).rejects.toMatchObject({
      code: 'queue-overflow',
      details: { queue: 'end-of-turn', capacity: 8 },
    });
    for (const call of calls) call.catch(() => undefined);
    const successor = startWorker();
    await settle();
    expect(successor.heardSamples.length).toBeGreaterThan(0);
  });
});

test('disposing it rejects what is pending', async () => {
  const { engine } = createRig();
  const pending = engine.predict(silence(100), { signal });
  pending.catch(() => undefined);
  await engine.dispose();
  await expect(pending).rejects.toMatchObject({ code: 'disposed' });
});

test('where no worker is to come, nothing waits for one, until one does come', async () => {
  const { engine, startWorker } = createRig();
  startWorker();
  engine.detach(lost());
  const waiting = engine.predict(silence(500), { signal });
  engine.close(lost());
  await expect(waiting).rejects.toMatchObject({ code: 'worker-crashed' });
  await expect(engine.predict(silence(500), { signal })).rejects.toMatchObject({
    code: 'worker-crashed',
  });
  startWorker({ probabilities: [0.4] });
  expect(await engine.predict(silence(500), { signal })).toBe(0.4);
});
