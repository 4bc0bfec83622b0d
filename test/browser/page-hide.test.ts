// What an exporter of metrics does when its page is hidden or left, in a real page.
import { afterEach, expect, test, vi } from 'vitest';
import type { VoiceAgentEventOf } from '../../src/agent/events.ts';
import type { TurnMetrics } from '../../src/agent/metrics.ts';
import { createMetricsExporter } from '../../src/metrics/metrics-exporter.ts';
import type { MetricsExporter } from '../../src/metrics/metrics-exporter-api.ts';
import { turnMetrics } from '../support/turn-metrics.ts';

let exporter: MetricsExporter | null = null;
afterEach(async () => {
  vi.restoreAllMocks();
  await exporter?.dispose();
});

function createRig(beacon?: (batch: readonly TurnMetrics[]) => boolean) {
  const sent: string[] = [];
  let tell: (event: VoiceAgentEventOf<'metrics'>) => void = () => undefined;
  exporter = createMetricsExporter({
    source: {
      on: (_, listener) => {
        tell = listener;
        return () => undefined;
      },
    },
    send: async (batch) => void sent.push(...batch.map(({ turnId }) => turnId)),
    flushIntervalMs: 60_000,
    maxBatch: 2,
    ...(beacon === undefined ? {} : { beacon }),
  });
  const turn = (turnId: string): void =>
    tell({ type: 'metrics', turnId, atMs: 0, metrics: turnMetrics({ turnId }) });
  return { sent, turn, exporter };
}

test('a page that is left hands what waits to the beacon, in batches, before it is gone', () => {
  const beacons: string[][] = [];
  const { turn, sent, exporter } = createRig((batch) => {
    beacons.push(batch.map(({ turnId }) => turnId));
    return true;
  });
  turn('t1');
  dispatchEvent(new PageTransitionEvent('pagehide'));
  expect(beacons).toEqual([['t1']]);
  expect(exporter.stats).toMatchObject({ waiting: 0, sent: 1 });
  expect(sent).toEqual([]);
});

test('what the beacon refuses stays, and is sent as usual', async () => {
  const { turn, sent, exporter } = createRig(() => false);
  turn('t1');
  dispatchEvent(new PageTransitionEvent('pagehide'));
  expect(exporter.stats).toMatchObject({ waiting: 1, sent: 0 });
  await exporter.flush();
  expect(sent).toEqual(['t1']);
});

test('without a beacon a page that is hidden sends at once; one that is shown does not', async () => {
  const { turn, sent } = createRig();
  turn('t1');
  document.dispatchEvent(new Event('visibilitychange'));
  await Promise.resolve();
  expect(sent).toEqual([]);
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.waitFor(() => expect(sent).toEqual(['t1']));
});

test('after disposal the page’s end is no concern of it', async () => {
  const beacon = vi.fn(() => true);
  const { turn, exporter } = createRig(beacon);
  await exporter.dispose();
  turn('t1');
  dispatchEvent(new PageTransitionEvent('pagehide'));
  expect(beacon).not.toHaveBeenCalled();
});
