import { transfer } from 'comlink';
import type { Remote } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import type { VoiceAgentError } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { WorkerHost } from '../../src/rpc/worker-host.ts';
import { WorkerLink } from '../../src/rpc/worker-link.ts';
import type { LoadTrouble } from './workers/troubled.worker.ts';

interface Service {
  echo(text: string): string;
  never(): Promise<void>;
  fail(): void;
  crash(): void;
  hang(): void;
  leave(): void;
}

const LIMIT_MS = 30_000;
const open: WorkerHost<{ trouble: LoadTrouble | null }, string>[] = [];

afterEach(() => {
  for (const host of open.splice(0)) host.dispose();
});

/** A supervised worker with a link to its service, and what was reported of its losses. */
function supervise(options: { trouble?: LoadTrouble; url?: URL } = {}) {
  const lost: { error: VoiceAgentError; willRestart: boolean }[] = [];
  const nextLoss = { current: createDeferred() };
  const link = new WorkerLink<Service>({ name: 'troubled', clock: systemClock });
  const url = options.url ?? new URL('./workers/troubled.worker.ts', import.meta.url);
  const host = new WorkerHost<{ trouble: LoadTrouble | null }, string>({
    name: 'troubled',
    url: url.pathname,
    create: () => new Worker(url, { type: 'module' }),
    clock: systemClock,
    logger: silentLogger,
    onLost: (error, willRestart) => {
      lost.push({ error, willRestart });
      link.detach(error);
      nextLoss.current.resolve();
      nextLoss.current = createDeferred();
    },
    prepare: async (control) => {
      await control.load({ trouble: options.trouble ?? null });
      const { port1, port2 } = new MessageChannel();
      await control.connect(transfer(port1, [port1]));
      link.attach(port2);
    },
  });
  open.push(host);
  return { host, link, lost, nextLoss };
}

const echo = (remote: Remote<Service>): Promise<string> => remote.echo('hello');

test('a service answers, and its errors keep code, details and cause', async () => {
  const { host, link } = supervise();
  await host.start();
  expect(await link.call(echo, { limitMs: LIMIT_MS })).toBe('hello');
  await expect(link.call((remote) => remote.fail(), { limitMs: LIMIT_MS })).rejects.toMatchObject({
    name: 'VoiceAgentError',
    code: 'model-integrity',
    details: { modelId: 'm', url: '/m', expected: 'a', actual: 'b' },
    cause: 'hash',
  });
});

test('a call that is aborted rejects with the reason of its signal', async () => {
  const { host, link } = supervise();
  await host.start();
  const controller = new AbortController();
  const call = link.call((remote) => remote.never(), {
    signal: controller.signal,
    limitMs: LIMIT_MS,
  });
  const reason = new DOMException('enough', 'AbortError');
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
});

test('a call that takes too long rejects with worker-timeout', async () => {
  const { host, link } = supervise();
  await host.start();
  const call = link.call((remote) => remote.never(), { limitMs: 50 });
  await expect(call).rejects.toMatchObject({ code: 'worker-timeout', retryable: true });
});

describe('a worker that is lost rejects what was pending and comes back', () => {
  test.each(['crash', 'hang', 'leave'] as const)('%s', async (trouble) => {
    const { host, link, lost, nextLoss } = supervise();
    await host.start();
    const pending = link.call((remote) => remote.never(), { limitMs: LIMIT_MS });
    pending.catch(() => undefined);
    const loss = nextLoss.current.promise;
    void link.remote?.[trouble]();
    await loss;
    const code = trouble === 'crash' ? 'worker-crashed' : 'worker-timeout';
    expect(lost).toMatchObject([
      { error: { code, details: { worker: 'troubled' } }, willRestart: true },
    ]);
    await expect(pending).rejects.toMatchObject({ code });
    // A call made while there is no worker waits for the next one.
    expect(await link.call(echo, { limitMs: LIMIT_MS })).toBe('hello');
  });
});

test('a worker that keeps crashing is given up after three restarts', async () => {
  const { host, link, lost, nextLoss } = supervise();
  await host.start();
  for (let round = 0; round < 4; round += 1) {
    await link.call(echo, { limitMs: LIMIT_MS });
    const loss = nextLoss.current.promise;
    void link.remote?.crash();
    await loss;
  }
  expect(lost.map(({ willRestart }) => willRestart)).toEqual([true, true, true, false]);
  expect(host.isRunning).toBe(false);
});

test('a script that is not there is named', async () => {
  const { host, lost } = supervise({ url: new URL('/no-such.worker.js', location.href) });
  await expect(host.start()).rejects.toMatchObject({
    code: 'worker-load-failed',
    details: { worker: 'troubled', url: '/no-such.worker.js' },
  });
  expect(lost).toEqual([]);
});

test('a load that fails rejects with the error of the engine, and may be tried again', async () => {
  const { host } = supervise({ trouble: 'fail' });
  await expect(host.start()).rejects.toMatchObject({ code: 'model-integrity' });
  await expect(host.start()).rejects.toMatchObject({ code: 'model-integrity' });
});

test.each(['hang', 'leave'] as const)(
  'a worker that does so while it loads is not waited for: %s',
  async (trouble) => {
    const { host, lost } = supervise({ trouble });
    await expect(host.start()).rejects.toMatchObject({
      code: 'worker-crashed',
      details: { worker: 'troubled' },
    });
    expect(host.isRunning).toBe(false);
    expect(lost).toEqual([]);
  },
);
