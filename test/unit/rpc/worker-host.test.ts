// When a worker counts as dead, and what is done about it, by a clock that the test moves.
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { VoiceAgentError } from '../../../src/core/errors.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { WorkerHost } from '../../../src/rpc/worker-host.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { PlayedWorker } from './played-worker.ts';

type Loading = (worker: PlayedWorker) => Promise<string>;

const never = new Promise<never>(() => undefined);
const loads: Loading = async () => 'loaded';
const hangs: Loading = (worker) => {
  worker.hang();
  return never;
};
const fails: Loading = async () => {
  throw new Error('no memory');
};

const open: WorkerHost<null, string>[] = [];

afterEach(() => {
  for (const host of open.splice(0)) host.dispose();
});

/** @param loadings what each worker does in turn to load; the last one's goes on for those after it */
function supervise(loadings: readonly Loading[], wrap: (clock: ManualClock) => Clock = (c) => c) {
  const clock = new ManualClock();
  const workers: PlayedWorker[] = [];
  const spawnedMs: number[] = [];
  const lost: { code: string; willRestart: boolean; atMs: number }[] = [];
  const host = new WorkerHost<null, string>({
    name: 'played',
    url: 'played.js',
    create: () => {
      const worker = new PlayedWorker(loadings[workers.length] ?? loadings.at(-1) ?? loads);
      workers.push(worker);
      spawnedMs.push(clock.nowMs());
      return worker.worker;
    },
    clock: wrap(clock),
    logger: silentLogger,
    onLost: ({ code }, willRestart) => lost.push({ code, willRestart, atMs: clock.nowMs() }),
    prepare: async (control) => {
      await control.load(null);
    },
  });
  open.push(host);
  const newest = (): PlayedWorker => {
    const worker = workers.at(-1);
    if (worker === undefined) throw new Error('There is no worker yet.');
    return worker;
  };
  return { clock, host, workers, newest, spawnedMs, lost };
}

/** How it ended, once it has. */
function outcomeOf(promise: Promise<void>): { error: VoiceAgentError | null; isOver: boolean } {
  const outcome = { error: null as VoiceAgentError | null, isOver: false };
  promise
    .catch((error: unknown) => (outcome.error = error as VoiceAgentError))
    .finally(() => (outcome.isOver = true));
  return outcome;
}

describe('a worker at work', () => {
  it('is dead 3 s after its last sign of life, and started again 200 ms later', async () => {
    const { clock, host, newest, spawnedMs, lost } = supervise([loads]);
    await host.start();
    await clock.advance(10_000);
    newest().hang();
    // It answered the beat of this second.
    await clock.advance(2_999);
    expect(lost).toEqual([]);
    await clock.advance(1);
    expect(lost).toEqual([{ code: 'worker-timeout', willRestart: true, atMs: 13_000 }]);
    await clock.advance(200);
    expect(spawnedMs).toEqual([0, 13_200]);
    expect(host.isRunning).toBe(true);
  });

  it('is alive however late it answers, within three beats', async () => {
    const { clock, host, newest, lost } = supervise([loads]);
    await host.start();
    for (let round = 0; round < 20; round += 1) {
      newest().hang();
      await clock.advance(2_900);
      newest().tell({ signal: 'idle' });
      newest().recover();
      await clock.advance(100);
    }
    expect(lost).toEqual([]);
  });

  it('may be silent for as long as it said, and dies three beats after that', async () => {
    const { clock, host, newest, lost } = supervise([loads]);
    await host.start();
    newest().tell({ signal: 'busy', maxMs: 30_000 });
    await clock.advance(0);
    newest().hang();
    await clock.advance(32_000);
    expect(lost).toEqual([]);
    await clock.advance(1_000);
    expect(lost).toMatchObject([{ code: 'worker-timeout', atMs: 33_000 }]);
  });

  it('is busy until the last of several runs at once has ended', async () => {
    const { clock, host, newest, lost } = supervise([loads]);
    await host.start();
    newest().tell({ signal: 'busy', maxMs: 10_000 });
    newest().tell({ signal: 'busy', maxMs: 60_000 });
    newest().tell({ signal: 'idle' });
    await clock.advance(0);
    newest().hang();
    await clock.advance(50_000);
    expect(lost).toEqual([]);
    newest().tell({ signal: 'idle' });
    await clock.advance(3_000);
    expect(lost).toMatchObject([{ atMs: 53_000 }]);
  });

  it('is counted by beats: a page whose timers come once a minute takes nobody for dead', async () => {
    const throttled = (clock: ManualClock): Clock => ({
      nowMs: () => clock.nowMs(),
      schedule: (callback, delayMs) => clock.schedule(callback, Math.max(60_000, delayMs)),
    });
    const { clock, host, newest, lost } = supervise([loads], throttled);
    await host.start();
    await clock.advance(20 * 60_000);
    expect(lost).toEqual([]);
    newest().hang();
    await clock.advance(3 * 60_000);
    expect(lost).toMatchObject([{ code: 'worker-timeout' }]);
  });
});

describe('a worker that loads', () => {
  it('and hangs, or closes itself, is dead after 3 s, and whoever waits for it is told', async () => {
    const { clock, host, workers, lost } = supervise([hangs]);
    const outcome = outcomeOf(host.start());
    await clock.advance(2_999);
    expect(outcome.isOver).toBe(false);
    await clock.advance(1);
    expect(outcome.error).toMatchObject({
      code: 'worker-crashed',
      details: { worker: 'played', reason: 'no sign of life for 3000 ms' },
      retryable: true,
    });
    expect(outcome.error?.message).toContain('Load again');
    // It never worked: nobody was told of a loss, and it may be started anew.
    expect(lost).toEqual([]);
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true]);
    await clock.advance(60_000);
    expect(workers).toHaveLength(1);
  });

  it('may be started anew after that', async () => {
    const { clock, host, workers } = supervise([hangs, loads]);
    const first = outcomeOf(host.start());
    await clock.advance(3_000);
    expect(first.error).not.toBeNull();
    await host.start();
    expect(workers).toHaveLength(2);
  });

  it('may take minutes while it answers, and silent steps that it announces', async () => {
    const download: Loading = (worker) =>
      new Promise((resolve) => {
        const compile = (): void => {
          worker.tell({ signal: 'busy', maxMs: 60_000 });
          queueMicrotask(() => worker.hang());
        };
        clock.schedule(compile, 10 * 60_000);
        const finish = (): void => {
          worker.recover();
          worker.tell({ signal: 'idle' });
          resolve('loaded');
        };
        clock.schedule(finish, 10 * 60_000 + 50_000);
      });
    const { clock, host, lost } = supervise([download]);
    const outcome = outcomeOf(host.start());
    await clock.advance(10 * 60_000 + 49_999);
    expect(outcome.isOver).toBe(false);
    await clock.advance(60_000);
    expect(outcome).toEqual({ isOver: true, error: null });
    expect(lost).toEqual([]);
  });
});

describe('a restart that fails', () => {
  it('is tried again, twice as late each time', async () => {
    const { clock, host, newest, spawnedMs, lost } = supervise([loads, fails, fails, loads]);
    await host.start();
    newest().crash('boom');
    expect(lost).toEqual([{ code: 'worker-crashed', willRestart: true, atMs: 0 }]);
    const again = outcomeOf(host.start());
    await clock.advance(1_400);
    expect(spawnedMs).toEqual([0, 200, 600, 1_400]);
    expect(again).toEqual({ isOver: true, error: null });
    expect(lost).toHaveLength(1);
    expect(host.isRunning).toBe(true);
  });

  it('counts, also when it hangs for long: after the third the worker is given up', async () => {
    const slow: Loading = (worker) => {
      worker.tell({ signal: 'busy', maxMs: 60_000 });
      queueMicrotask(() => worker.hang());
      return never;
    };
    const { clock, host, newest, workers, lost } = supervise([loads, slow]);
    await host.start();
    newest().crash('boom');
    const again = outcomeOf(host.start());
    await clock.advance(10 * 60_000);
    expect(workers).toHaveLength(4);
    expect(lost).toMatchObject([
      { code: 'worker-crashed', willRestart: true },
      { code: 'worker-crashed', willRestart: false },
    ]);
    expect(again.error).toMatchObject({ code: 'worker-crashed' });
    expect(host.isRunning).toBe(false);
  });
});

describe('restarts', () => {
  it('are three a minute: the fourth loss ends it', async () => {
    const { clock, host, newest, spawnedMs, lost } = supervise([loads]);
    await host.start();
    for (let loss = 0; loss < 4; loss += 1) {
      newest().crash('boom');
      await clock.advance(2_000);
    }
    expect(spawnedMs).toEqual([0, 200, 2_400, 4_800]);
    expect(lost.map(({ willRestart }) => willRestart)).toEqual([true, true, true, false]);
    expect(host.isRunning).toBe(false);
  });

  it('go on for ever when they are rare', async () => {
    const { clock, host, newest, workers, lost } = supervise([loads]);
    await host.start();
    for (let loss = 0; loss < 10; loss += 1) {
      newest().crash('boom');
      await clock.advance(25_000);
    }
    expect(workers).toHaveLength(11);
    expect(lost.every(({ willRestart }) => willRestart)).toBe(true);
  });

  it('end with the host', async () => {
    const { clock, host, newest, workers } = supervise([loads]);
    await host.start();
    newest().crash('boom');
    host.dispose();
    await clock.advance(60_000);
    expect(workers).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
