// Batches, limits, retries and the last flush of the exporter, on a manual clock.
import { describe, expect, it } from 'vitest';
import type { VoiceAgentEventOf } from '../../../src/agent/events.ts';
import type { TurnMetrics } from '../../../src/agent/metrics.ts';
import { createMetricsExporter } from '../../../src/metrics/metrics-exporter.ts';
import type {
  MetricsDrop,
  MetricsExporterOptions,
} from '../../../src/metrics/metrics-exporter-api.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';

type Answer = 'ok' | 'fail' | 'hang';

/** A receiver that answers as told, then well. */
function createRig(
  options: Partial<MetricsExporterOptions> & { readonly answers?: readonly Answer[] } = {},
) {
  const clock = new ManualClock();
  const sends: { atMs: number; turnIds: string; signal: AbortSignal }[] = [];
  const drops: MetricsDrop[] = [];
  const listeners = new Set<(event: VoiceAgentEventOf<'metrics'>) => void>();
  const { answers = [], ...rest } = options;
  const exporter = createMetricsExporter({
    source: {
      on: (_, listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    send: async (batch: readonly TurnMetrics[], { signal }) => {
      const answer = answers[sends.length] ?? 'ok';
      const turnIds = batch.map(({ turnId }) => turnId).join(' ');
      sends.push({ atMs: clock.nowMs(), turnIds, signal });
      if (answer === 'fail') throw new Error('503');
      if (answer === 'hang') await new Promise(() => undefined);
    },
    retry: { random: () => 0.5 },
    onDrop: (drop) => drops.push(drop),
    clock,
    ...rest,
  });
  let counter = 0;
  const tell = (count: number): void => {
    for (let turn = 0; turn < count; turn += 1) {
      counter += 1;
      const metrics = turnMetrics({ turnId: `t${counter}` });
      const event = {
        type: 'metrics',
        turnId: metrics.turnId,
        atMs: clock.nowMs(),
        metrics,
      } as const;
      for (const listener of listeners) listener(event);
    }
  };
  const batches = () => sends.map(({ atMs, turnIds }) => [atMs, turnIds]);
  return { clock, exporter, sends, drops, listeners, tell, batches };
}

describe('when turns are sent', () => {
  it('waits for the interval, counted from the first turn that waits', async () => {
    const { clock, tell, batches, exporter } = createRig();
    tell(1);
    await clock.advance(3_000);
    tell(1);
    await clock.advance(1_999);
    expect(batches()).toEqual([]);
    await clock.advance(1);
    expect(batches()).toEqual([[5_000, 't1 t2']]);
    tell(1);
    await clock.advance(5_000);
    expect(batches()[1]).toEqual([10_000, 't3']);
    expect(exporter.stats).toEqual({
      waiting: 0,
      sent: 3,
      dropped: { overflow: 0, 'send-failed': 0, disposed: 0 },
      retries: 0,
    });
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not wait once a batch is full, and sends no larger one', async () => {
    const { clock, tell, batches } = createRig({ maxBatch: 3 });
    tell(7);
    await clock.advance(0);
    expect(batches()).toEqual([
      [0, 't1 t2 t3'],
      [0, 't4 t5 t6'],
      [0, 't7'],
    ]);
  });

  it('sends at once when flushed, and one batch at a time', async () => {
    const { clock, exporter, tell, batches } = createRig({ answers: ['hang'], sendTimeoutMs: 100 });
    tell(1);
    const flushed = exporter.flush();
    await clock.advance(50);
    tell(1);
    void exporter.flush();
    await clock.advance(49);
    expect(batches()).toEqual([[0, 't1']]);
    await clock.advance(5_000);
    await flushed;
    expect(exporter.stats).toMatchObject({ waiting: 0, sent: 2 });
  });

  it('ends a flush with its signal, and goes on sending', async () => {
    const { clock, exporter, tell } = createRig({ answers: ['fail'] });
    const controller = new AbortController();
    tell(1);
    const flushed = exporter.flush({ signal: controller.signal });
    const reason = new Error('no time');
    controller.abort(reason);
    await expect(flushed).rejects.toBe(reason);
    await clock.advance(1_000);
    expect(exporter.stats).toMatchObject({ sent: 1, retries: 1 });
  });
});

describe('what fails', () => {
  it('is tried again after 1, 2 and 4 s, then given up and counted', async () => {
    const answers = ['fail', 'fail', 'fail', 'fail'] as const;
    const { clock, exporter, tell, batches, drops } = createRig({ answers, maxBatch: 2 });
    tell(2);
    await clock.advance(7_000);
    expect(batches()).toEqual([0, 1_000, 3_000, 7_000].map((atMs) => [atMs, 't1 t2']));
    expect(drops).toMatchObject([{ reason: 'send-failed', turns: 2, error: { message: '503' } }]);
    tell(2);
    await clock.advance(0);
    expect(batches()[4]).toEqual([7_000, 't3 t4']);
    expect(exporter.stats).toMatchObject({ sent: 2, retries: 3, dropped: { 'send-failed': 2 } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is cut off at the time limit, and its signal fires', async () => {
    const { clock, tell, sends, batches } = createRig({ answers: ['hang'], maxBatch: 1 });
    tell(1);
    await clock.advance(9_999);
    expect(sends[0]!.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(sends[0]!.signal.reason).toMatchObject({ name: 'TimeoutError' });
    await clock.advance(1_000);
    expect(batches()).toEqual([
      [0, 't1'],
      [11_000, 't1'],
    ]);
  });

  it('is a rejection also where send throws', async () => {
    const { clock, exporter, tell } = createRig({
      send: () => {
        throw new Error('no network');
      },
      retry: { retries: 0 },
      maxBatch: 1,
    });
    tell(1);
    await clock.advance(0);
    expect(exporter.stats.dropped['send-failed']).toBe(1);
  });
});

describe('a full queue', () => {
  const full = { answers: ['hang'], maxBatch: 2, maxQueue: 3, sendTimeoutMs: 60_000 } as const;

  it.each([
    ['oldest', {}, 't5 t6'],
    ['newest', { onOverflow: 'drop-newest' }, 't1 t2'],
  ] as const)('gives the %s up, and says so', async (_, policy, next) => {
    const { clock, exporter, tell, drops, sends } = createRig({ ...full, ...policy });
    tell(2);
    await clock.advance(0);
    tell(5);
    expect(exporter.stats).toMatchObject({ waiting: 3, dropped: { overflow: 2 } });
    expect(drops).toEqual([
      { reason: 'overflow', turns: 1, error: null },
      { reason: 'overflow', turns: 1, error: null },
    ]);
    // What failed goes back in front, where the oldest are.
    await clock.advance(60_000);
    expect(exporter.stats.dropped.overflow).toBe(4);
    await clock.advance(1_000);
    expect(sends[1]!.turnIds).toBe(next);
  });
});

describe('disposal', () => {
  it('detaches, and sends what waits once more', async () => {
    const { clock, exporter, tell, batches, listeners } = createRig();
    tell(2);
    await exporter.dispose();
    expect(batches()).toEqual([[0, 't1 t2']]);
    expect(listeners.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    await exporter[Symbol.asyncDispose]();
    expect(batches()).toHaveLength(1);
  });

  it('ends the wait of a retry, and tries no second time', async () => {
    const { clock, exporter, tell, batches, drops } = createRig({
      answers: ['fail', 'fail'],
      maxBatch: 1,
    });
    tell(1);
    await clock.advance(100);
    await exporter.dispose();
    expect(batches()).toEqual([
      [0, 't1'],
      [100, 't1'],
    ]);
    expect(drops).toMatchObject([{ reason: 'send-failed', turns: 1 }]);
  });

  it('gives up at the time limit, with what was on its way and what waited', async () => {
    const { clock, exporter, tell, sends, drops } = createRig({
      answers: ['hang'],
      maxBatch: 2,
      sendTimeoutMs: 500,
    });
    tell(2);
    await clock.advance(100);
    tell(3);
    const disposed = exporter.dispose();
    // The try that is under way has 400 ms left; the next one has what remains of the last flush.
    await clock.advance(500);
    await disposed;
    expect(sends.at(-1)!.turnIds).toBe('t5');
    expect(exporter.stats).toMatchObject({ waiting: 0, sent: 3, dropped: { 'send-failed': 2 } });
    expect(drops).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts as disposed what no time was left for', async () => {
    const { clock, exporter, tell, sends } = createRig({
      answers: ['hang', 'hang'],
      maxBatch: 2,
      sendTimeoutMs: 500,
    });
    tell(2);
    await clock.advance(100);
    tell(3);
    const disposed = exporter.dispose();
    await clock.advance(500);
    await disposed;
    expect(sends).toHaveLength(2);
    expect(sends[1]!.signal.aborted).toBe(true);
    expect(exporter.stats).toMatchObject({
      waiting: 0,
      sent: 0,
      dropped: { 'send-failed': 2, disposed: 3 },
    });
  });
});

it.each([
  ['maxBatch', 0],
  ['maxQueue', 1.5],
  ['flushIntervalMs', Infinity],
  ['sendTimeoutMs', -1],
] as const)('refuses %s of %s', (name, value) => {
  expect(() => createRig({ [name]: value })).toThrow(
    new TypeError(`${name} must be a whole number above 0, got ${value}.`),
  );
});
